"""Write what the staged rows change: products and rooms first, then devices, moves, the journal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from inventory.actions.note_moves import note_moves
from inventory.actions.staged_changes import WRITTEN
from inventory.models import Product
from inventory.models.devices import new_code
from schools.actions.audit import JournalLine, record_actions, record_selected
from schools.models import Room, Site, User

# Columns whose defaults are the model's, which PostgreSQL does not know.
MAKE_PRODUCTS = """
INSERT INTO inventory_product (maker, model, category, description, part_number, ports_template,
                               documents_url, version, changed_at)
SELECT maker, model, category, '', '', '[]', '', 1, now() FROM staged_product
 WHERE ref IN (SELECT -product_id FROM staged_change WHERE product_id < 0)
 ORDER BY ref
ON CONFLICT (maker, model) DO NOTHING
RETURNING id
"""
TAKE_PRODUCTS = """
UPDATE staged_change c SET product_id = p.id
  FROM staged_product n JOIN inventory_product p USING (maker, model)
 WHERE c.product_id = -n.ref
"""
TAKE_ROOMS = """
UPDATE staged_change c SET room_id = r.id
  FROM staged_room n JOIN schools_room r USING (site_id, name)
 WHERE c.room_id = -n.ref
"""
CHANGE = """
UPDATE inventory_device d SET {values}
  FROM staged_change c
 WHERE d.id = c.device_id AND c.outcome <> 'created'
"""
# The first version is 1 by the model's default, which PostgreSQL does not know.
CREATE = """
INSERT INTO inventory_device (code, version, changed_at, cloud_why, {columns})
SELECT k.code, 1, now(), '', {values}
  FROM staged_change c JOIN staged_code k USING (line)
"""
NAME_NEW = """
UPDATE staged_change c SET device_id = d.id, code = d.code
  FROM staged_code k JOIN inventory_device d ON d.code = k.code
 WHERE c.line = k.line
"""
PER_DEVICE = 1000
"""Up to so many, the journal has a line for each device; above, one for each site that names them
all (decision 020): 150,000 lines bury a journal, and their seals hold its chain for 40 s."""
BY_DEVICE = """
SELECT 'inventory.device' AS object_type, c.device_id::text AS object_id,
       left(c.name, 200) AS object_text, {verb} AS action, c.site_id AS site_id,
       coalesce(s.words, '') AS site_text, c.before, c.after, {why} AS why
  FROM staged_change c LEFT JOIN staged_site s ON s.id = c.site_id
 ORDER BY c.line
"""

BY_SITE = """
SELECT 'schools.site' AS object_type, c.site_id::text AS object_id, s.words AS object_text,
       %(verb)s || '_devices' AS action, c.site_id, s.words AS site_text,
       coalesce(jsonb_object_agg(c.name, c.before) FILTER (WHERE c.before <> '{}'), '{}') AS before,
       jsonb_object_agg(c.name, c.after) AS after, %(why)s AS why
  FROM staged_change c JOIN staged_site s ON s.id = c.site_id
 GROUP BY c.site_id, s.words
 ORDER BY c.site_id
"""

Beat = Callable[[int, int], None]


def write_rows(actor: User | None, why: str, verb: str, beat: Beat, *, lines: bool) -> int:
    """Write ``staged_change`` whole; how many devices. ``verb`` with ``:created`` or ``:changed``
    after it is the word of the journal; ``lines``: say which line each came from."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(*) FILTER (WHERE outcome = 'created') "
                       "FROM staged_change")  # fmt: skip
        total, new = cursor.fetchone()
        _make_products(cursor, actor, why)
        _make_rooms(cursor, actor, why)
        values = ", ".join(f"{name} = c.{name}" for name in WRITTEN)
        cursor.execute(CHANGE.format(values=values))
        beat(total - new, total)
        _create(cursor, new)
        cursor.execute("SELECT device_id FROM staged_change ORDER BY line")
        keys = [key for (key,) in cursor.fetchall()]
    note_moves(keys, actor, why)
    beat(total, total)
    line = "%(why)s || ', ligne ' || c.line" if lines else "%(why)s"
    by_device = BY_DEVICE.format(verb="%(verb)s || '_' || c.outcome", why=line)
    rows = by_device if total <= PER_DEVICE else BY_SITE
    record_selected(actor, rows, {"verb": verb, "why": why})
    return int(total)


def _make_products(cursor: Any, actor: User | None, why: str) -> None:
    cursor.execute(MAKE_PRODUCTS)
    made = [key for (key,) in cursor.fetchall()]
    cursor.execute(TAKE_PRODUCTS)
    lines = (
        JournalLine("import_created", product, after={"category": product.category}, why=why)
        for product in Product.objects.filter(pk__in=made).order_by("pk")
    )
    record_actions(actor, lines)


def _make_rooms(cursor: Any, actor: User | None, why: str) -> None:
    cursor.execute(
        "SELECT site_id, name FROM staged_room "
        "WHERE ref IN (SELECT -room_id FROM staged_change WHERE room_id < 0) ORDER BY ref"
    )
    rooms = Room.objects.bulk_create(
        (Room(site_id=site, name=name) for site, name in cursor.fetchall()), batch_size=2000
    )
    cursor.execute(TAKE_ROOMS)
    sites = Site.objects.select_related("school").in_bulk({room.site_id for room in rooms})
    lines = (
        JournalLine("import_created", room, site=sites[room.site_id], text=room.name, why=why)
        for room in rooms
    )
    record_actions(actor, lines)


def _create(cursor: Any, count: int) -> None:
    """New devices, each with a code for its label."""
    cursor.execute("CREATE TEMP TABLE staged_code (line integer, code text) ON COMMIT DROP")
    cursor.execute("SELECT line FROM staged_change WHERE outcome = 'created' ORDER BY line")
    lines = [line for (line,) in cursor.fetchall()]
    codes = free_codes(count)
    with cursor.copy("COPY staged_code (line, code) FROM STDIN") as copy:
        for pair in zip(lines, codes, strict=True):
            copy.write_row(pair)
    cursor.execute("CREATE UNIQUE INDEX ON staged_code (line); ANALYZE staged_code")
    columns = ", ".join(WRITTEN)
    values = ", ".join(f"c.{name}" for name in WRITTEN)
    cursor.execute(CREATE.format(columns=columns, values=values))
    cursor.execute(NAME_NEW)


def free_codes(count: int) -> list[str]:
    """So many codes that no device has: among 150,000 and as many again, one in a hundred times
    two would be the same."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        while len(found) < count:
            fresh = {new_code() for _n in range(count - len(found))} - found
            cursor.execute("SELECT code FROM inventory_device WHERE code = ANY(%s)", [list(fresh)])
            found |= fresh - {code for (code,) in cursor.fetchall()}
    return list(found)

"""A file of devices: read into the database row by row, compared and written by sets."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection

from inventory.actions.note_delivery import note_import
from inventory.actions.staged_changes import compare_rows, keep_what_was
from inventory.actions.staged_match import match_rows
from inventory.actions.staged_refusals import refuse_rows
from inventory.actions.staged_tables import add_rows, open_tables
from inventory.actions.staged_writing import write_rows
from inventory.imports.known import Known, known_to
from inventory.imports.rows import RowReader
from inventory.models import NETWORK
from schools.imports.findings import WARNED, Finding
from schools.imports.foreign import Beat
from schools.imports.reading import Source
from schools.models import ImportRun, User

BATCH = 5000
"""Rows in memory at a time, whatever the length of the file."""
NETWORK_CATEGORIES = sorted(str(one) for one in NETWORK)

KEEP = """
INSERT INTO schools_importfinding (run_id, outcome, reason, told, line, "column", value,
       object_type, object_text, before, after, cells)
SELECT %(run)s, outcome, reason, told, line, head, value, kind, object_text, before, after, cells
  FROM (
    SELECT outcome, reason, told, line, left(head, 80) AS head, value, '' AS kind,
           left(object_text, 200) AS object_text, '{}'::jsonb AS before, '{}'::jsonb AS after,
           to_jsonb(coalesce(cells, '{}')) AS cells, 1 AS rank
      FROM staged_finding
    UNION ALL
    SELECT c.outcome, '', coalesce(u.told, '{}'), c.line, '', '', 'device',
           left(concat_ws(' · ', s.words, c.name), 200), c.before, c.after, '[]', 2
      FROM staged_change c
      LEFT JOIN staged_site s ON s.id = c.site_id
      LEFT JOIN staged_undo u USING (line)
    UNION ALL
    SELECT 'created', '', '{}', min(c.line), '', '', 'product',
           left(p.maker || ' ' || p.model, 200), '{}',
           jsonb_build_object('category', min(p.category)), '[]', 3
      FROM staged_product p JOIN staged_change c ON c.product_id = -p.ref
     GROUP BY p.maker, p.model
    UNION ALL
    SELECT 'created', '', '{}', min(c.line), '', '', 'room',
           left(concat_ws(' · ', s.words, r.name), 200), '{}', '{}', '[]', 3
      FROM staged_room r JOIN staged_change c ON c.room_id = -r.ref
      LEFT JOIN staged_site s ON s.id = r.site_id
     GROUP BY r.ref, r.name, s.words
  ) told
 ORDER BY line, rank
"""
# In the order of the file; each row as what it would do to which device, in which version.
FINGERPRINT = """
SELECT encode(sha256(convert_to(coalesce(string_agg(
           md5(concat_ws('|', line, device_id, seen, before, after)), '' ORDER BY line), '')
       || (SELECT count(*) FROM staged_finding WHERE outcome = 'refused'), 'UTF8')), 'hex')
  FROM staged_change
"""


class PreparedDevices:
    """What a file of devices would change; it lives as long as the transaction."""

    def __init__(self, run: ImportRun, rows: int, heads: dict[str, str]) -> None:
        self.options: dict[str, bool] = dict(run.counts.get("options", {}))
        self.rows, self.heads = rows, heads
        with connection.cursor() as cursor:
            cursor.execute(FINGERPRINT)
            self._fingerprint = str(cursor.fetchone()[0])

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    def counts(self) -> dict[str, Any]:
        """The figures of the preview, asked of the database: no row is held in memory."""
        outcomes = dict(_asked("SELECT outcome, count(*) FROM staged_change GROUP BY 1"))
        refused = _one("SELECT count(*) FROM staged_bad")
        changes = sum(outcomes.values())
        objects: dict[str, dict[str, int]] = {
            outcome: {"device": number} for outcome, number in outcomes.items()
        }
        for name, table, column in (
            ("product", "staged_product", "product_id"),
            ("room", "staged_room", "room_id"),
        ):
            made = _one(
                f"SELECT count(DISTINCT n.ref) FROM {table} n "  # noqa: S608  ours
                f"JOIN staged_change c ON c.{column} = -n.ref"
            )
            if made:
                objects.setdefault("created", {})[name] = made
                outcomes["created"] = outcomes.get("created", 0) + made
        for outcome, number in _asked("SELECT outcome, count(*) FROM staged_finding GROUP BY 1"):
            outcomes[outcome] = outcomes.get(outcome, 0) + number
        return {
            "rows": self.rows,
            "refused_rows": refused,
            "ignored_rows": 0,
            "good_rows": self.rows - refused,
            "unchanged": self.rows - refused - changes,
            "outcomes": outcomes,
            "objects": objects,
            "reasons": _by("reason"),
            "columns": _by("head"),
            "open_places": 0,
            "closing_sites": 0,
            "guarded": False,
            "unreadable": 0,
            "consequences": [],
            "to_write": changes,
            "to_write_unclosed": changes,
            "options": self.options,
        }

    def keep_findings(self, run: ImportRun) -> None:
        keep_what_was()
        with connection.cursor() as cursor:
            cursor.execute(KEEP, {"run": run.pk})

    def write(self, run: ImportRun, actor: User | None, beat: Beat) -> int:
        why = f"import {run.pk}, {run.file_name}"
        total = write_rows(actor, why, "import", beat, lines=True)
        note_import(run, actor)
        return total


def prepare_devices(run: ImportRun, source: Source, beat: Beat, lock: bool) -> PreparedDevices:
    """Read the file into the tables of this transaction and compare it with the register."""
    options = run.counts.get("options", {})
    known = known_to(run.started_by)
    open_tables(run.started_by)
    reader = RowReader(source, known, create_products=bool(options.get("create_products")))
    rows = 0
    for batch in _batches(source):
        rows += len(batch)
        _stage(reader, batch)
        beat(rows, source.total)
    _stage_products(known, source)
    heads = {key: source.heads[place] for key, place in source.places.items()}
    match_rows(lock=lock)
    refuse_rows(heads)
    compare_rows(heads, NETWORK_CATEGORIES, create_rooms=bool(options.get("create_rooms")))
    return PreparedDevices(run, rows, heads)


def _batches(source: Source) -> Iterator[list[Any]]:
    rows = iter(source.rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


def _stage(reader: RowReader, batch: list[Any]) -> None:
    good, bad = [], []
    for row in batch:
        values, findings, refused = reader.read(row)
        if not refused:
            good.append(values)
        bad += findings
    add_rows("staged_row", good)
    add_rows("staged_finding", (_finding(one) for one in bad))


def _finding(one: Finding) -> list[Any]:
    return [
        one.line, one.outcome, one.reason, one.column, one.value, dict(one.told),
        one.object_text, list(one.cells),
    ]  # fmt: skip


def _stage_products(known: Known, source: Source) -> None:
    """The products to be made; those that look like one of the catalogue are told apart."""
    add_rows("staged_product", ([p.ref, p.maker, p.model, p.category] for p in known.new.values()))
    place = source.places.get("model")
    head = source.heads[place] if place is not None else ""
    add_rows(
        "staged_finding",
        (
            _finding(
                Finding(
                    WARNED, "near_product", p.line, head, f"{p.maker} {p.model}"[:200],
                    {"other": p.near},
                )
            )
            for p in known.new.values()
            if p.near
        ),
    )  # fmt: skip


def _asked(sql: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _one(sql: str) -> int:
    return int(_asked(sql)[0][0])


def _by(column: str) -> dict[str, dict[str, int]]:
    """Outcome → column or reason → how many, the most frequent first."""
    found: dict[str, dict[str, int]] = {}
    sql = (
        f"SELECT outcome, {column}, count(*) FROM staged_finding "  # noqa: S608  ours
        f"WHERE {column} <> '' GROUP BY 1, 2"
    )
    for outcome, value, number in sorted(_asked(sql), key=lambda row: -row[2]):
        if len(found.setdefault(outcome, {})) < 40:
            found[outcome][value] = number
    return found

"""What the good rows would change: the device as it stands beside the device as it shall be."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

ROOMS = """
CREATE TEMP TABLE staged_room ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY min(line)) AS ref, site_id, min(name) AS name, min(line) AS line
  FROM (SELECT r.line, coalesce(r.site_id, d.site_id) AS site_id, r.room AS name
          FROM staged_row r
          JOIN staged_match m USING (line)
          LEFT JOIN inventory_device d ON d.id = m.device_id
         WHERE r.room <> '' AND r.line NOT IN (SELECT line FROM staged_bad)) asked
 WHERE NOT EXISTS (SELECT 1 FROM schools_room s
                    WHERE s.site_id = asked.site_id AND lower(s.name) = lower(asked.name))
 GROUP BY site_id, lower(name)
"""
NO_ROOM = """
INSERT INTO staged_finding (line, outcome, reason, head, value, told, object_text, cells)
SELECT r.line, 'refused', 'unknown_room', %(head)s, left(r.room, 200), '{}',
       coalesce(r.name, d.name, ''), r.cells
  FROM staged_row r
  JOIN staged_match m USING (line)
  LEFT JOIN inventory_device d ON d.id = m.device_id
  JOIN staged_room n
    ON n.site_id = coalesce(r.site_id, d.site_id) AND lower(n.name) = lower(r.room)
 WHERE r.line NOT IN (SELECT line FROM staged_bad)
"""

# A device that changes sites leaves its room behind, unless the row names one there. A serial
# written in another case is the same serial.
COMPARE = """
CREATE TEMP TABLE staged_change ON COMMIT DROP AS
WITH rooms AS (
    SELECT DISTINCT ON (site_id, lower(name)) id, site_id, lower(name) AS name
      FROM schools_room
     WHERE lower(name) IN (SELECT DISTINCT lower(room) FROM staged_row WHERE room <> '')
     ORDER BY site_id, lower(name), closed_on IS NOT NULL, id
), shall AS (
    SELECT r.line, d.id AS device_id, d.version AS seen, r.version AS told_version, d.code,
           CASE WHEN NOT m.certain AND lower(r.name) = lower(d.name) THEN d.name
                ELSE coalesce(nullif(r.name, ''), d.name) END AS name,
           CASE WHEN r.serial IS NULL OR upper(r.serial) = upper(d.serial) THEN d.serial
                ELSE nullif(r.serial, '') END AS serial,
           CASE WHEN r.asset_number IS NULL OR upper(r.asset_number) = upper(d.asset_number)
                THEN d.asset_number ELSE nullif(r.asset_number, '') END AS asset_number,
           CASE WHEN r.mac IS NULL THEN d.mac ELSE nullif(r.mac, '') END AS mac,
           coalesce(r.site_id, d.site_id) AS site_id,
           CASE WHEN r.room IS NULL
                THEN CASE WHEN coalesce(r.site_id, d.site_id) = d.site_id THEN d.room_id END
                WHEN r.room <> '' THEN coalesce(rooms.id, -n.ref) END AS room_id,
           coalesce(r.product_id, d.product_id) AS product_id,
           coalesce(r.state, d.state, 'installed') AS state,
           coalesce(r.owner, d.owner, 'authority') AS owner,
           coalesce(r.origin, d.origin, 'unknown') AS origin,
           CASE WHEN r.holder_id IS NULL THEN d.holder_id ELSE nullif(r.holder_id, 0) END
               AS holder_id,
           coalesce(r.cloud_move, d.cloud_move, '') AS cloud_move,
           CASE WHEN r.installed_on IS NULL THEN d.installed_on
                ELSE nullif(r.installed_on, '-infinity') END AS installed_on,
           CASE WHEN r.warranty_until IS NULL THEN d.warranty_until
                ELSE nullif(r.warranty_until, '-infinity') END AS warranty_until,
           coalesce(r.notes, d.notes, '') AS notes,
           CASE WHEN r.custom IS NULL THEN coalesce(d.custom, '{}')
                ELSE jsonb_strip_nulls(coalesce(d.custom, '{}') || r.custom) END AS custom
      FROM staged_row r
      JOIN staged_match m USING (line)
      LEFT JOIN inventory_device d ON d.id = m.device_id
      LEFT JOIN rooms ON rooms.site_id = coalesce(r.site_id, d.site_id)
                     AND rooms.name = lower(r.room)
      LEFT JOIN staged_room n ON n.site_id = coalesce(r.site_id, d.site_id)
                             AND lower(n.name) = lower(r.room)
     WHERE r.line NOT IN (SELECT line FROM staged_bad)
)
SELECT s.*,
       CASE WHEN d.id IS NULL THEN 'created' WHEN d.site_id <> s.site_id THEN 'moved'
            ELSE 'changed' END AS outcome,
       coalesce(was.network, false) OR coalesce(p.category, np.category) = ANY (%(network)s)
           AS network,
       CASE WHEN d.id IS NULL THEN '{}'::jsonb ELSE {was} END AS before,
       {shall} AS after
  FROM shall s
  LEFT JOIN inventory_device d ON d.id = s.device_id
  LEFT JOIN LATERAL (SELECT category = ANY (%(network)s) AS network, maker || ' ' || model AS words
                       FROM inventory_product WHERE id = d.product_id) was ON true
  LEFT JOIN inventory_product p ON p.id = s.product_id
  LEFT JOIN staged_product np ON np.ref = -s.product_id
  LEFT JOIN schools_room room ON room.id = s.room_id
  LEFT JOIN staged_room nr ON nr.ref = -s.room_id
  LEFT JOIN schools_room old_room ON old_room.id = d.room_id
  LEFT JOIN schools_user holder ON holder.id = s.holder_id
  LEFT JOIN schools_user old_holder ON old_holder.id = d.holder_id
  LEFT JOIN staged_site site ON site.id = s.site_id
  LEFT JOIN staged_site old_site ON old_site.id = d.site_id
 WHERE d.id IS NULL OR ({those}) IS DISTINCT FROM ({these})
"""
PLAIN = (
    "name", "serial", "asset_number", "mac", "state", "owner", "origin", "cloud_move",
    "installed_on", "warranty_until", "notes",
)  # fmt: skip
KEYS = ("site_id", "room_id", "product_id", "holder_id")
WRITTEN = (*PLAIN, *KEYS, "custom")
"""Columns of a device that a row can change."""
TOLD_KEYS = {
    "site": ("old_site.words", "site.words"),
    "room": ("old_room.name", "coalesce(room.name, nr.name)"),
    "product": ("was.words", "coalesce(p.maker || ' ' || p.model, np.maker || ' ' || np.model)"),
    "holder": ("old_holder.full_name", "holder.full_name"),
}
OWN_FIELDS = """(SELECT coalesce(jsonb_object_agg('champ:' || key, value), '{}')
                  FROM jsonb_each({side}.custom))"""
# Only what differs is told, by its name; what is taken away becomes null.
DIFFER = """
UPDATE staged_change c SET before = told.before, after = told.after
  FROM (SELECT line, jsonb_object_agg(key, o.before -> key) AS before,
               jsonb_object_agg(key, o.after -> key) AS after
          FROM staged_change o, jsonb_object_keys(o.before || o.after) AS key
         WHERE o.outcome <> 'created' AND (o.before -> key) IS DISTINCT FROM (o.after -> key)
         GROUP BY line) told
 WHERE told.line = c.line
"""
# What a change takes away, in the words of a file: sent back, it gives back (edit_in_bulk.py).
KEPT = """
CREATE TEMP TABLE staged_undo ON COMMIT DROP AS
SELECT c.line, jsonb_build_object('device', d.id, 'version', c.seen + 1, 'undo', (
           SELECT coalesce(jsonb_object_agg(w.key, w.value), '{{}}')
             FROM jsonb_each(jsonb_build_object({was}) || coalesce(own.was, '{{}}')) w
            WHERE w.key = ANY (k.keys))) AS told
  FROM staged_change c
  JOIN inventory_device d ON d.id = c.device_id
  JOIN inventory_product p ON p.id = d.product_id
  JOIN schools_site s ON s.id = d.site_id
  LEFT JOIN schools_room r ON r.id = d.room_id
  LEFT JOIN schools_user h ON h.id = d.holder_id
 CROSS JOIN LATERAL (
       SELECT array_agg(key) FILTER (WHERE key NOT IN ('site', 'product'))
              || CASE WHEN c.after ? 'site' THEN '{{scheme,site_number,room}}'::text[] END
              || CASE WHEN c.after ? 'product' THEN '{{maker,model}}'::text[] END AS keys
         FROM jsonb_object_keys(c.after) AS key) k
 LEFT JOIN LATERAL (
       SELECT jsonb_object_agg(key, c.before -> key) AS was
         FROM jsonb_object_keys(c.after) AS key WHERE key LIKE 'champ:%%') own ON true
 WHERE c.outcome <> 'created'
"""
KEPT_AS = (
    *((name, f"d.{name}") for name in PLAIN), ("scheme", "s.scheme"), ("site_number", "s.number"),
    ("room", "r.name"), ("maker", "p.maker"), ("model", "p.model"), ("holder", "h.email"),
)  # fmt: skip
# A person keeps what they keep; the network belongs to technicians; an export is not written
# over what somebody changed since.
FORBID = """
WITH guilty AS (
    SELECT c.line, CASE
        WHEN NOT coalesce(there.kept, false) OR d.id IS NOT NULL AND NOT coalesce(was.kept, false)
        THEN 'not_kept'
        WHEN c.network AND NOT (there.network AND (d.id IS NULL OR was.network))
        THEN 'network_kept'
        WHEN c.told_version IS NOT NULL AND c.told_version <> c.seen THEN 'stale' END AS reason,
        c.seen, c.told_version
      FROM staged_change c
      LEFT JOIN inventory_device d ON d.id = c.device_id
      LEFT JOIN staged_site there ON there.id = c.site_id
      LEFT JOIN staged_site was ON was.id = d.site_id
), gone AS (
    DELETE FROM staged_change c USING guilty g
     WHERE c.line = g.line AND g.reason IS NOT NULL
    RETURNING c.line, c.name, g.reason, g.seen, g.told_version
)
INSERT INTO staged_finding (line, outcome, reason, head, value, told, object_text, cells)
SELECT gone.line, 'refused', reason,
       CASE reason WHEN 'stale' THEN %(version)s WHEN 'not_kept' THEN %(site)s ELSE %(model)s END,
       CASE reason WHEN 'stale' THEN told_version::text ELSE '' END,
       CASE reason WHEN 'stale'
            THEN jsonb_build_object('now', seen::text, 'then', told_version::text)
            ELSE '{}' END,
       coalesce(gone.name, ''), r.cells
  FROM gone JOIN staged_row r USING (line)
"""


def keep_what_was() -> None:
    """Make ``staged_undo``: for each device that changes, how to take the change back."""
    was = ", ".join(f"'{name}', {column}" for name, column in KEPT_AS)
    with connection.cursor() as cursor:
        cursor.execute(KEPT.format(was=was), [])
        cursor.execute("CREATE UNIQUE INDEX ON staged_undo (line); ANALYZE staged_undo")


def _told(side: str, place: int) -> str:
    plain = [f"'{name}', nullif({side}.{name}::text, '')" for name in PLAIN]
    keys = [f"'{name}', {both[place]}" for name, both in TOLD_KEYS.items()]
    own = OWN_FIELDS.replace("{side}", side)
    return f"jsonb_strip_nulls(jsonb_build_object({', '.join((*plain, *keys))})) || {own}"


def compare_rows(heads: Mapping[str, str], network: list[str], *, create_rooms: bool) -> None:
    """Make ``staged_change``: one row per device that would be new or other than it is."""
    sql = COMPARE.replace("{was}", _told("d", 0)).replace("{shall}", _told("s", 1))
    sql = sql.replace("{those}", ", ".join(f"s.{name}" for name in WRITTEN))
    sql = sql.replace("{these}", ", ".join(f"d.{name}" for name in WRITTEN))
    with connection.cursor() as cursor:
        cursor.execute(ROOMS)
        if not create_rooms:
            cursor.execute(NO_ROOM, {"head": heads.get("room", "")})
            cursor.execute(
                "INSERT INTO staged_bad SELECT DISTINCT line FROM staged_finding "
                "WHERE reason = 'unknown_room'"
            )
            cursor.execute("DELETE FROM staged_room")
        cursor.execute(sql, {"network": network})
        cursor.execute(DIFFER)
        cursor.execute(
            FORBID,
            {
                "version": heads.get("version", ""),
                "site": heads.get("site_number", ""),
                "model": heads.get("model", ""),
            },
        )
        cursor.execute("CREATE UNIQUE INDEX ON staged_change (line); ANALYZE staged_change")

"""What cannot be taken of the staged rows: each refusal is a condition, a cell and its sentence."""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import connection

HERE = "'here', CASE WHEN own.id IS NOT NULL THEN d.name ELSE '…' END"
OTHER = "'other', (SELECT name FROM inventory_device WHERE id = m.{proof})"
"""What is told of two devices: of one that the person does not see, nothing."""
# (reason, key of the cell, condition, what the sentence tells). ``r`` is the row, ``m`` its
# evidence, ``d`` the device found, ``own`` its site, ``here`` the site it shall be at.
REFUSALS: tuple[tuple[str, str, str, str], ...] = (
    ("gone", "code", "m.by_key IS NOT NULL AND own.id IS NULL", ""),
    ("unknown_code", "code", "r.code <> '' AND m.by_code IS NULL AND m.by_key IS NULL", ""),
    (
        "serial_elsewhere",
        "serial",
        "m.by_serial IS NOT NULL AND m.serial_site NOT IN (SELECT id FROM staged_site)",
        "",
    ),
    (
        "asset_elsewhere",
        "asset_number",
        "m.by_asset IS NOT NULL AND m.asset_site NOT IN (SELECT id FROM staged_site)",
        "",
    ),
    (
        "contrary",
        "serial",
        "m.by_serial <> m.device_id AND m.serial_site IN (SELECT id FROM staged_site)",
        f"{OTHER.format(proof='by_serial')}, {HERE}",
    ),
    (
        "contrary",
        "asset_number",
        "m.by_asset <> m.device_id AND m.asset_site IN (SELECT id FROM staged_site)",
        f"{OTHER.format(proof='by_asset')}, {HERE}",
    ),
    (
        "contrary",
        "mac",
        "NOT m.several AND m.by_mac <> m.device_id",
        f"{OTHER.format(proof='by_mac')}, {HERE}",
    ),
    ("several_macs", "mac", "m.several AND m.found IS NULL AND m.by_name IS NULL", ""),
    (
        "name_taken",
        "name",
        "m.by_name <> m.device_id",
        "'other', (SELECT concat_ws(', ', serial, asset_number, code) FROM inventory_device "
        "WHERE id = m.by_name)",
    ),
    (
        "other_serial",
        "serial",
        "NOT m.certain AND r.serial <> '' AND m.by_serial IS NULL AND d.serial IS NOT NULL",
        f"'other', d.serial, {HERE}",
    ),
    (
        "other_asset",
        "asset_number",
        "NOT m.certain AND m.by_serial IS NULL AND r.asset_number <> '' AND m.by_asset IS NULL "
        "AND d.asset_number IS NOT NULL",
        f"'other', d.asset_number, {HERE}",
    ),
    (
        "other_mac",
        "mac",
        "NOT m.certain AND m.found IS NULL AND r.mac <> '' AND d.mac IS NOT NULL",
        f"'other', d.mac, {HERE}",
    ),
    ("missing", "site_number", "m.device_id IS NULL AND r.code IS NULL AND r.site_id IS NULL", ""),
    ("missing", "name", "m.device_id IS NULL AND r.code IS NULL AND coalesce(r.name, '') = ''", ""),
    ("missing", "model", "m.device_id IS NULL AND r.code IS NULL AND r.product_id IS NULL", ""),
    (
        "closed_place",
        "site_number",
        "here.closed AND r.site_id IS NOT NULL AND r.site_id IS DISTINCT FROM d.site_id",
        "",
    ),
)
REFUSE = """
INSERT INTO staged_finding (line, outcome, reason, head, value, told, object_text, cells)
SELECT r.line, 'refused', v.reason, coalesce(%(heads)s::jsonb ->> v.cell, ''),
       left(coalesce(to_jsonb(r) ->> CASE v.cell WHEN 'site_number' THEN NULL ELSE v.cell END, ''),
            200),
       v.told, coalesce(CASE WHEN own.id IS NOT NULL THEN d.name END, r.name, ''), r.cells
  FROM staged_row r
  JOIN staged_match m USING (line)
  LEFT JOIN inventory_device d ON d.id = m.device_id
  LEFT JOIN staged_site own ON own.id = d.site_id
  LEFT JOIN staged_site here ON here.id = coalesce(r.site_id, d.site_id)
 CROSS JOIN LATERAL (VALUES {values}) AS v (reason, cell, refused, told)
 WHERE v.refused
"""

# Two rows that say the same thing of two devices, or two things of the same: which one is
# right, only the sender knows.
TWICE: tuple[tuple[str, str], ...] = (
    ("code", "nullif(r.code, '')"),
    ("serial", "upper(nullif(r.serial, ''))"),
    ("asset_number", "upper(nullif(r.asset_number, ''))"),
    ("mac", "nullif(r.mac, '')"),
    ("name", "coalesce(r.site_id, d.site_id) || ' ' || lower(r.name)"),
    ("code", "m.device_id::text"),
)
TWICE_SQL = """
WITH said AS (
    SELECT r.line, {key} AS key
      FROM staged_row r
      JOIN staged_match m USING (line)
      LEFT JOIN inventory_device d ON d.id = m.device_id
), several AS (
    SELECT key, min(line) AS first, (array_agg(line ORDER BY line))[2] AS second
      FROM said WHERE key IS NOT NULL GROUP BY key HAVING count(*) > 1
)
INSERT INTO staged_finding (line, outcome, reason, head, value, told, object_text, cells)
SELECT r.line, 'refused', 'twice', %(head)s, left(coalesce(r.{cell}, ''), 200),
       jsonb_build_object(
           'other', (CASE WHEN r.line = s.first THEN s.second ELSE s.first END)::text),
       coalesce(r.name, ''), r.cells
  FROM several s JOIN said USING (key) JOIN staged_row r USING (line)
 WHERE NOT EXISTS (SELECT 1 FROM staged_finding f WHERE f.line = r.line AND f.reason = 'twice')
"""
BAD = """
CREATE TEMP TABLE staged_bad ON COMMIT DROP AS
SELECT DISTINCT line FROM staged_finding WHERE outcome = 'refused'
"""


def refuse_rows(heads: Mapping[str, str]) -> None:
    """Note every refusal that the database can see. ``heads``: our key → the sender's heading."""
    values = ", ".join(
        f"('{reason}', '{cell}', {refused}, jsonb_build_object({told}))"
        for reason, cell, refused, told in REFUSALS
    )
    with connection.cursor() as cursor:
        known = json.dumps(dict(heads))
        cursor.execute(REFUSE.format(values=values), {"heads": known})
        for cell, key in TWICE:
            cursor.execute(TWICE_SQL.format(cell=cell, key=key), {"head": heads.get(cell, "")})
        cursor.execute(BAD)
        cursor.execute("CREATE UNIQUE INDEX ON staged_bad (line); ANALYZE staged_bad")

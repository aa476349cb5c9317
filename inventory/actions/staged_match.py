"""Which device each staged row speaks of: code, then serial, asset number, MAC, site and name."""

from __future__ import annotations

from django.db import connection

# Evidence is compared without regard to case: “ab12” and “AB12” on two labels are one device.
# Each kind of evidence is looked up by its own index; ``seen`` holds back what stands elsewhere.
MATCH = """
CREATE TEMP TABLE staged_match ON COMMIT DROP AS
WITH proof AS (
    SELECT DISTINCT ON (r.line) r.line, r.device_id AS by_key, c.id AS by_code, s.id AS by_serial,
           a.id AS by_asset, m.id AS by_mac, coalesce(m.several, false) AS several,
           s.site_id AS serial_site, a.site_id AS asset_site
      FROM staged_row r
      LEFT JOIN inventory_device c
             ON c.code = r.code AND c.site_id IN (SELECT id FROM staged_site)
      LEFT JOIN inventory_device s ON upper(s.serial) = upper(r.serial) AND r.serial <> ''
      LEFT JOIN inventory_device a
             ON upper(a.asset_number) = upper(r.asset_number) AND r.asset_number <> ''
      LEFT JOIN (SELECT mac, min(id) AS id, count(*) > 1 AS several
                   FROM inventory_device
                  WHERE mac IN (SELECT mac FROM staged_row WHERE mac <> '')
                    AND site_id IN (SELECT id FROM staged_site)
                  GROUP BY mac) m ON m.mac = r.mac
     ORDER BY r.line, s.id, a.id
), first AS (
    SELECT p.*, coalesce(by_key, by_code, by_serial, by_asset,
                         CASE WHEN NOT several THEN by_mac END) AS found
      FROM proof p
), named AS (
    SELECT DISTINCT ON (f.line) f.*, n.id AS by_name
      FROM first f
      JOIN staged_row r USING (line)
      LEFT JOIN inventory_device d ON d.id = f.found
      LEFT JOIN inventory_device n
             ON n.site_id = coalesce(r.site_id, d.site_id) AND lower(n.name) = lower(r.name)
     ORDER BY f.line, n.name = r.name DESC NULLS LAST, n.id
)
SELECT named.*, coalesce(found, by_name) AS device_id,
       by_key IS NOT NULL OR by_code IS NOT NULL AS certain
  FROM named
"""
HOLD = """
SELECT 1 FROM inventory_device WHERE id IN (SELECT device_id FROM staged_match)
 ORDER BY id FOR NO KEY UPDATE
"""


def match_rows(*, lock: bool) -> None:
    """Find the devices; ``lock`` holds them until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE staged_row; ANALYZE staged_site")
        cursor.execute(MATCH)
        cursor.execute("CREATE UNIQUE INDEX ON staged_match (line); ANALYZE staged_match")
        if lock:
            cursor.execute(f"SELECT count(*) FROM ({HOLD}) held")  # noqa: S608  ours

"""Recompute every balance from the entries, compare, and keep what differs."""

from __future__ import annotations

import datetime as dt
from time import monotonic
from typing import Any

from django.db import connection

from inventory.grants.models.rights.corrections import Recount
from inventory.grants.models.rights.ledger import DrawingRight, Entry

SHOWN = 50
"""Differences kept in words; there should be none."""
RIGHTS = """
SELECT r.id, c.account, c.kept, coalesce(s.total, 0) AS entered
  FROM grants_drawingright r
  CROSS JOIN LATERAL (VALUES
       ('granted', -r.granted), ('unreleased', r.unreleased), ('available', r.available),
       ('reserved', r.reserved), ('committed', r.committed), ('consumed', r.consumed),
       ('expired', r.expired)) AS c (account, kept)
  LEFT JOIN (SELECT right_id, account, sum(amount) AS total FROM grants_entry
              GROUP BY right_id, account) s
    ON s.right_id = r.id AND s.account = c.account
 WHERE c.kept <> coalesce(s.total, 0)
"""
DRAWS = """
WITH entered AS (
    SELECT e.right_id, m.cause,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'reserved'), 0) AS reserved,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'committed'), 0) AS committed,
           coalesce(sum(e.amount) FILTER (WHERE e.account = 'consumed'), 0) AS consumed
      FROM grants_entry e JOIN grants_movement m ON m.id = e.movement_id
     WHERE e.account IN ('reserved', 'committed', 'consumed')
     GROUP BY e.right_id, m.cause)
SELECT coalesce(d.right_id, e.right_id), 'draw ' || coalesce(d.cause, e.cause),
       d.reserved + d.committed + d.consumed, e.reserved + e.committed + e.consumed
  FROM grants_draw d FULL JOIN entered e ON e.right_id = d.right_id AND e.cause = d.cause
 WHERE (d.reserved, d.committed, d.consumed) IS DISTINCT FROM (e.reserved, e.committed, e.consumed)
"""
UNBALANCED = """
SELECT right_id, 'movement ' || movement_id, 0, sum(amount)
  FROM grants_entry GROUP BY right_id, movement_id HAVING sum(amount) <> 0
"""


def recount_rights(now: dt.datetime) -> Recount:
    """Three sums over the whole ledger; nothing is corrected, a person looks first."""
    began = monotonic()
    differences: list[dict[str, Any]] = []
    for query in (RIGHTS, DRAWS, UNBALANCED):
        differences += _found(query)
    return Recount.objects.create(
        at=now,
        rights=DrawingRight.objects.count(),
        entries=Entry.objects.count(),
        took_ms=round((monotonic() - began) * 1000),
        differences=differences[:SHOWN],
    )


def _found(query: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return [
            {"right": right, "account": account, "kept": str(kept), "entered": str(entered)}
            for right, account, kept, entered in cursor.fetchall()
        ]

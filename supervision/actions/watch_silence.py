"""Targets that nobody polled for three intervals are unknown: our silence is not their fault."""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction

INTERVALS = 3
GRACE_S = 60

_MARK = """
WITH late AS (
    SELECT t.id, t.site_id, t.device_id, t.profile FROM supervision_target t
    WHERE NOT t.paused AND NOT t.parked AND t.last_poll_at IS NOT NULL
      AND t.last_poll_at < %(now)s - make_interval(secs => %(intervals)s * t.interval_s + %(grace)s)
    ORDER BY t.id FOR NO KEY UPDATE SKIP LOCKED
), seen AS (
    SELECT c.id, c.target_id, c.state, c.severity
    FROM supervision_check c JOIN late ON late.id = c.target_id
    WHERE c.state <> 'unknown'
), marked AS (
    UPDATE supervision_check c
    SET state = 'unknown', state_at = %(now)s, recovering_since = NULL, value = NULL,
        detail = 'not polled'
    FROM seen WHERE c.id = seen.id
    RETURNING c.id
), told AS (
    INSERT INTO supervision_targetevent
        (target_id, at, kind, check_row_id, old, new, severity, data)
    SELECT late.id, %(now)s, 'action', NULL, '', '', '', '{"action": "silence"}'::jsonb
    FROM late WHERE EXISTS (SELECT 1 FROM seen WHERE seen.target_id = late.id)
    UNION ALL
    SELECT seen.target_id, %(now)s, 'state', seen.id, seen.state, 'unknown', '', '{}'::jsonb
    FROM seen
)
SELECT pg_notify('preau_live', json_build_object(
    'topic', 'target', 'id', late.id, 'site', late.site_id, 'device', late.device_id)::text)
FROM late WHERE EXISTS (SELECT 1 FROM seen WHERE seen.target_id = late.id)
"""


def watch_silence(now: dt.datetime) -> int:
    """Mark what was not polled although due; returns how many targets changed.

    A running fault stays open and its clock stands still, as for any blind reading.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_MARK, {"now": now, "intervals": INTERVALS, "grace": GRACE_S})
        return len(cursor.fetchall())

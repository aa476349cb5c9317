"""Put aside the targets that must not be polled, so that they do not slow the search for due ones.

The claim asks for consent by itself: parking is speed, never the gate.
"""

from __future__ import annotations

import datetime as dt

from django.db import connection, transaction
from django.utils import timezone

from supervision.actions.claim_due import IN_FORCE

_PARK = f"""
WITH allowed AS (
    SELECT t.id FROM supervision_target t
    {IN_FORCE}
    JOIN inventory_device device ON device.id = t.device_id
    WHERE site.closed_on IS NULL AND device.state = 'installed'
), wrong AS (
    SELECT t.id, (allowed.id IS NULL) AS parked
    FROM supervision_target t LEFT JOIN allowed ON allowed.id = t.id
    WHERE t.parked IS DISTINCT FROM (allowed.id IS NULL)
    ORDER BY t.id
    FOR UPDATE OF t SKIP LOCKED
)
UPDATE supervision_target t
SET parked = wrong.parked,
    next_poll_at = CASE WHEN wrong.parked THEN t.next_poll_at ELSE %(now)s END
FROM wrong WHERE t.id = wrong.id
RETURNING t.id, t.parked
"""  # noqa: S608 - our own constants

_FORGET = """
UPDATE supervision_check
SET state = 'unknown', state_at = %(now)s, recovering_since = NULL, value = NULL
WHERE target_id = ANY(%(ids)s) AND state <> 'unknown'
"""


def park_unconsented(now: dt.datetime) -> tuple[int, int]:
    """Park targets without both consents, wake those that have them again: (parked, woken).

    Also parks what stands on a closed site or is not installed. What we no longer look at is
    unknown; an incident that was open stays so, for a person to end.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_PARK, {"now": now, "today": timezone.localdate(now)})
        changed = cursor.fetchall()
        parked = [pk for pk, put_aside in changed if put_aside]
        if parked:
            cursor.execute(_FORGET, {"now": now, "ids": parked})
    return len(parked), len(changed) - len(parked)

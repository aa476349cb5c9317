"""Poll some targets as soon as possible: a trap came, a cause is looked for, a person asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection


def wake_targets(target_ids: Iterable[int], now: dt.datetime) -> list[int]:
    """Make targets due now, and return those that were not. Paused and parked ones stay so.

    Locks in the order of ids: two wakers never wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH asleep AS (
                SELECT id FROM supervision_target
                WHERE id = ANY(%(ids)s) AND next_poll_at > %(now)s AND NOT paused AND NOT parked
                ORDER BY id FOR UPDATE
            )
            UPDATE supervision_target t SET next_poll_at = %(now)s
            FROM asleep WHERE t.id = asleep.id RETURNING t.id
            """,
            {"ids": sorted(set(target_ids)), "now": now},
        )
        return [pk for (pk,) in cursor.fetchall()]

"""Claim targets whose time has come: any number of workers share the Region without coordinator.

One statement locks, gates by consent, and reschedules. Each target has a phase of its own within
its interval (from its id), so that polls stay spread evenly, whatever woke a target in between:
missed slots are skipped, never caught up.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

BATCH = 500
SKEW_S = 2.0

# The next instant after now that is congruent to the target's phase. 0.618… spreads consecutive
# ids evenly over the interval (Fibonacci hashing). Whole milliseconds, in exact decimals: a poll
# at its very slot must find the next one.
_NEXT_SLOT = """
    to_timestamp(
        (floor((extract(epoch FROM %(now)s::timestamptz) - phase.s) / t.interval_s) + 1)
        * t.interval_s + phase.s
    )
"""

IN_FORCE = """
    JOIN schools_site site ON site.id = t.site_id
    JOIN schools_school school ON school.id = site.school_id
    JOIN LATERAL (
        SELECT c.id FROM schools_consent c
        WHERE c.kind = 'supervision' AND c.school_id = school.id AND c.given_on <= %(today)s
          AND (c.revoked_on IS NULL OR c.revoked_on > %(today)s)
        ORDER BY c.id DESC LIMIT 1
    ) watched ON true
    JOIN LATERAL (
        SELECT c.id FROM schools_consent c
        WHERE c.kind = 'assistance' AND c.authority_id = school.authority_id
          AND c.given_on <= %(today)s AND (c.revoked_on IS NULL OR c.revoked_on > %(today)s)
        ORDER BY c.id DESC LIMIT 1
    ) assisted ON true
"""
"""Joins that keep only targets whose school accepts supervision *and* whose PO accepts central
assistance today (M42): the same rule as ``schools.models.supervised_sites``."""

_CLAIM = f"""
WITH due AS (
    SELECT t.id, t.next_poll_at AS was_due_at, watched.id AS watched_id, assisted.id AS assisted_id,
           %(now)s::timestamptz + make_interval(secs => t.retest_s) AS retest_at,
           {_NEXT_SLOT} AS next_slot_at
    FROM supervision_target t
    CROSS JOIN LATERAL (
        SELECT round((t.id * 0.6180339887498949 - floor(t.id * 0.6180339887498949))
                     * t.interval_s, 3) AS s
    ) phase
    {IN_FORCE}
    WHERE {{which}} AND NOT t.paused AND NOT t.parked
    ORDER BY t.next_poll_at
    LIMIT %(batch)s
    FOR UPDATE OF t SKIP LOCKED
)
UPDATE supervision_target t SET next_poll_at = LEAST(due.retest_at, due.next_slot_at)
FROM due, supervision_credentialset k
WHERE t.id = due.id AND k.id = t.credential_set_id
RETURNING t.id, t.device_id, t.site_id, host(t.address), t.port, k.id, k.changed_at, t.profile,
          t.interval_s, t.last_poll_at, t.last_answer_at, t.uptime_s, t.refused_at,
          due.was_due_at, due.watched_id, due.assisted_id
"""  # noqa: S608 - our own constants


@dataclass(slots=True)
class Due:
    """A claimed target: all that asking and judging need to know of it."""

    id: int
    device_id: int
    site_id: int
    address: str
    port: int
    credential_set_id: int
    credential_changed_at: dt.datetime
    profile: str
    interval_s: int
    last_poll_at: dt.datetime | None
    last_answer_at: dt.datetime | None
    uptime_s: int | None
    refused_at: dt.datetime | None
    was_due_at: dt.datetime
    supervision_consent_id: int
    assistance_consent_id: int

    @property
    def agreements(self) -> tuple[int, int]:
        """The consents whose agreed times apply: the school's before the PO's."""
        return self.supervision_consent_id, self.assistance_consent_id


def claim_due(now: dt.datetime, batch: int = BATCH) -> list[Due]:
    """Take up to ``batch`` due targets; nobody else gets them until they are due again."""
    return _claim("t.next_poll_at <= %(now)s", {"now": now, "batch": batch})


def claim_these(target_ids: Iterable[int], now: dt.datetime) -> list[Due]:
    """Take named targets that were woken (a trap, a person asked), under the same gate.

    Only if nobody took them since they were woken; machines' clocks may differ by ``SKEW_S``.
    """
    ids = list(target_ids)
    which = "t.id = ANY(%(ids)s) AND t.next_poll_at <= %(soon)s"
    soon = now + dt.timedelta(seconds=SKEW_S)
    return _claim(which, {"now": now, "ids": ids, "batch": len(ids), "soon": soon})


def _claim(which: str, values: dict[str, Any]) -> list[Due]:
    values["today"] = timezone.localdate(values["now"])
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM.format(which=which), values)
        return [Due(*row) for row in cursor.fetchall()]

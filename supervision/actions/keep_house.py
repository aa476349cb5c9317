"""Partitions ahead of time, and rows that are old enough to go."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from supervision.models import PollRun, TargetEvent, Trap

AHEAD_DAYS = 3
RUNS_KEPT = dt.timedelta(days=2)


def keep_house(now: dt.datetime) -> None:
    """Make the partitions of the next days; drop what retention no longer keeps.

    ``SAMPLE_DAYS`` (default 35) and ``EVENT_DAYS`` (default 400) are settings, in days.
    """
    today = now.astimezone(dt.UTC).date()
    sample_days: int = getattr(settings, "SAMPLE_DAYS", 35)
    event_days: int = getattr(settings, "EVENT_DAYS", 400)
    with connection.cursor() as cursor:
        cursor.execute("SELECT supervision_make_partitions(%s, %s)", [today, AHEAD_DAYS + 1])
        cursor.execute(
            "SELECT supervision_drop_partitions(%s)", [today - dt.timedelta(days=sample_days)]
        )
    PollRun.objects.filter(at__lt=now - RUNS_KEPT).delete()
    old = now - dt.timedelta(days=event_days)
    TargetEvent.objects.filter(at__lt=old).delete()
    Trap.objects.filter(received_at__lt=old).delete()

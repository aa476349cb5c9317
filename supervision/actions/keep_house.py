"""Partitions ahead of time, and rows that are old enough to go."""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import connection

from supervision.models import PollRun, Scan, TargetEvent, Trap

AHEAD_DAYS = 3
RUNS_KEPT = dt.timedelta(days=2)


def keep_house(now: dt.datetime) -> None:
    """Make the partitions of the next days; drop what retention no longer keeps.

    ``SAMPLE_DAYS`` and ``EVENT_DAYS`` are settings (docs/operations.md).
    """
    today = now.astimezone(dt.UTC).date()
    with connection.cursor() as cursor:
        cursor.execute("SELECT supervision_make_partitions(%s, %s)", [today, AHEAD_DAYS + 1])
        cursor.execute(
            "SELECT supervision_drop_partitions(%s)",
            [today - dt.timedelta(days=settings.SAMPLE_DAYS)],
        )
    PollRun.objects.filter(at__lt=now - RUNS_KEPT).delete()
    old = now - dt.timedelta(days=settings.EVENT_DAYS)
    TargetEvent.objects.filter(at__lt=old).delete()
    Trap.objects.filter(received_at__lt=old).delete()
    Scan.objects.filter(created_at__lt=old).delete()

"""The demo of privacy: figures of past months, a week of nightly purges."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.utils import timezone

from byod.actions.privacy.count_month import count_month
from byod.models.privacy.figures import MonthlyFigure
from byod.models.privacy.runs import RetentionRun
from schools.models import Site

NIGHTS: tuple[dict[str, int], ...] = (
    {"sessions": 1204, "authentications": 2310},
    {"sessions": 1187, "authentications": 2274, "loans": 3},
    {"sessions": 96, "authentications": 141},
    {"links": 12, "guests": 2},
    {"sessions": 1251, "authentications": 2402, "readings": 8},
    {"sessions": 1198, "authentications": 2333, "leavers": 1},
    {"sessions": 1220, "authentications": 2361, "loans": 1, "terms": 2},
)
"""Oldest first."""
MONTHS: dict[str, tuple[int, ...]] = {
    "members": (612, 613, 615),
    "authorised": (388, 431, 468),
    "devices": (301, 362, 417),
    "loans_out": (31, 44, 52),
    "loans_made": (31, 14, 9),
    "requested": (38, 12, 4),
}
"""Of Moulin, the last three months, oldest first."""


def load_privacy(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    if RetentionRun.objects.exists():
        return
    now = timezone.now()
    for ago, counts in zip(range(len(NIGHTS) - 1, -1, -1), NIGHTS, strict=True):
        at = timezone.localtime(now - dt.timedelta(days=ago)).replace(hour=2, minute=40)
        RetentionRun.objects.create(
            started_at=at, finished_at=at + dt.timedelta(seconds=9), counts=counts
        )
    month = timezone.localdate().replace(day=1)
    for back in range(3):
        month = (month - dt.timedelta(days=1)).replace(day=1)
        MonthlyFigure.objects.bulk_create(
            MonthlyFigure(site=sites["moulin"], month=month, key=key, value=values[-1 - back])
            for key, values in MONTHS.items()
        )
    count_month(now)

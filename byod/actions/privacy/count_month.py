"""Count a month before anybody is forgotten: figures of each site, which stay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from byod.indicators import seen_devices
from byod.models.equity.requests import LoanRequest
from byod.models.loans.loans import Loan
from byod.models.people.members import Member, MemberKind
from byod.models.privacy.figures import FigureKey, MonthlyFigure

Counts = dict[tuple[int, str], int]
"""Site and what is counted → how many."""


@transaction.atomic
def count_month(now: dt.datetime) -> int:
    """Write the figures of the running month, over those of yesterday. How many; past months stay.

    Seven statements, whatever the number of sites.
    """
    month = timezone.localdate(now).replace(day=1)
    counts = dict(_counts(month, now))
    known = MonthlyFigure.objects.filter(month=month).values_list("site", "key")
    counts = dict.fromkeys(known, 0) | counts
    MonthlyFigure.objects.bulk_create(
        [
            MonthlyFigure(site_id=site, month=month, key=key, value=n, counted_at=now)
            for (site, key), n in counts.items()
        ],
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["site", "month", "key"],
        update_fields=["value", "counted_at"],
    )
    return len(counts)


def _counts(month: dt.date, now: dt.datetime) -> Iterator[tuple[tuple[int, str], int]]:
    """Every figure of every site. Moments are compared in Brussels: the month begins there."""
    begin = timezone.make_aware(dt.datetime.combine(month, dt.time()))
    members = Member.objects.present().exclude(kind=MemberKind.GUEST)
    asked: list[tuple[FigureKey, QuerySet[Any], str]] = [
        (FigureKey.MEMBERS, members, "site"),
        (FigureKey.AUTHORISED, members.authorised(), "site"),
        (FigureKey.DEVICES, seen_devices(now), "member__site"),
        (FigureKey.LOANS_OUT, Loan.objects.out(), "site"),
        (FigureKey.LOANS_MADE, Loan.objects.filter(out_at__gte=begin, out_at__lte=now), "site"),
        (FigureKey.REQUESTED, LoanRequest.objects.filter(asked_at__gte=begin), "site"),
        (FigureKey.SERVED, LoanRequest.objects.filter(served_at__gte=begin), "site"),
    ]
    for key, rows, path in asked:
        for site, n in rows.order_by().values_list(path).annotate(n=Count("pk", distinct=True)):
            yield (site, key.value), n

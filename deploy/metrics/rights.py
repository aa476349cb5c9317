"""Figures of drawing rights: what the last recount of the ledger found, and what is left to use."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Sum
from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from inventory.grants.models.rights.corrections import Recount
from inventory.grants.models.rights.ledger import DrawingRight

ACCOUNTS = ("unreleased", "available", "reserved", "committed", "consumed", "expired")


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Two queries; nothing of the recount before the first one."""
    sums = DrawingRight.objects.aggregate(**{name: Sum(name) for name in ACCOUNTS})
    yield families.RIGHTS.family(((name,), float(sums[name] or 0)) for name in ACCOUNTS)
    last = Recount.objects.first()
    if last is not None:
        yield families.RIGHTS_DIFFERENCES.single(len(last.differences))
        yield families.RIGHTS_RECOUNT_AGE.single((now - last.at).total_seconds())

"""Figures of the journal: how far it goes, and what the last look at its chain found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from schools.models import AuditCheck, AuditSeal


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Two queries by index. Before the first look its figures are missing."""
    last = AuditSeal.objects.order_by("-sequence").first()
    yield families.JOURNAL_ENTRIES.single(last.sequence if last else 0)
    check = AuditCheck.objects.order_by("-at", "-pk").first()
    if check:
        yield families.JOURNAL_CHECK_AGE.single((now - check.at).total_seconds())
        yield families.JOURNAL_BROKEN.single(1 if check.broken else 0)

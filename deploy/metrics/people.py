"""Figures about people: whom nobody could call, and which invitations are on their way."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Q
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from deploy.metrics import families
from schools.models import Invitation, School


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Two queries."""
    bare = School.objects.open().schools().without_contact(timezone.localdate(now))
    yield families.SCHOOLS_WITHOUT_CONTACT.single(bare.count())
    lasting, waiting = Q(expires_at__gt=now), Q(due_at__isnull=False)
    failed = Q(due_at=None) & ~Q(failure="")
    counts = Invitation.objects.open().aggregate(
        waiting=Count("pk", filter=waiting & lasting),
        sent=Count("pk", filter=~waiting & ~failed & lasting),
        failed=Count("pk", filter=failed),
        expired=Count("pk", filter=~failed & ~lasting),
    )
    yield families.INVITATIONS.family(((state,), n) for state, n in counts.items())

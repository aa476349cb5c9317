"""Figures of network access: what devices were answered, sessions, orders to leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily

from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from deploy.metrics import families

HOUR = dt.timedelta(hours=1)


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Three queries; the answers of an hour are read by the index on moments."""
    answers = AuthEvent.objects.filter(at__gt=now - HOUR).values("outcome", "reason", "cached")
    yield families.RADIUS_ANSWERS.family(
        ((row["outcome"], row["reason"], str(int(row["cached"]))), row["n"])
        for row in answers.annotate(n=Count("number")).order_by()
    )
    yield families.NETWORK_SESSIONS.single(NetworkSession.objects.open().count())
    orders = DisconnectOrder.objects.filter(asked_at__gt=now - HOUR).values("state")
    yield families.DISCONNECTS.family(
        ((row["state"],), row["n"]) for row in orders.annotate(n=Count("pk")).order_by()
    )

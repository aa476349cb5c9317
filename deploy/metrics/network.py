"""Figures of network access: what devices were answered, sessions, orders to leave."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily

from byod.models.network.events import AuthEvent
from byod.models.network.orders import DisconnectOrder
from byod.models.network.sessions import NetworkSession
from byod.network_servers import certificates, servers_told
from deploy.metrics import families

HOUR = dt.timedelta(hours=1)


def collect(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """Some ten queries; the answers of an hour are read by the index on moments."""
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
    yield from _files(now)


def _files(now: dt.datetime) -> Iterator[GaugeMetricFamily]:
    """What each RADIUS server told of its files, and the ends of certificates."""
    servers = servers_told(now)
    yield families.RADIUS_FILES_AGE.family(
        ((one.host,), (now - one.checked_at).total_seconds()) for one in servers
    )
    yield families.RADIUS_FILES_CURRENT.family(((one.host,), one.current) for one in servers)
    yield families.RADIUS_FILES_REFUSED.family(((one.host,), one.refused) for one in servers)
    yield families.CERTIFICATE_ENDS.family(
        ((one.kind, one.name), (one.ends_at - now).total_seconds()) for one in certificates(servers)
    )

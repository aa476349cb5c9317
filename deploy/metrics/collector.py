"""Gathers every metric of ours at the moment Prometheus asks."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version

import django
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from prometheus_client import GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector, CollectorRegistry

from deploy.metrics import broker, desk, families, journal, network, people, polling, rights, sites

STATEMENT_TIMEOUT_MS = 5000
"""A scrape must not hold the database: Prometheus gives up after ten seconds."""


class PreauCollector(Collector):
    """One consistent reading of the database, and of the broker."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Everything in :mod:`deploy.metrics.families`; a part that fails is missing, and told."""
        began = time.monotonic()
        yield families.BUILD.family([(build(), 1)])
        try:
            found = self._from_database(timezone.now())
        except DatabaseError:
            yield families.DATABASE_UP.single(0)
        else:
            yield families.DATABASE_UP.single(1)
            yield from found
        yield from broker.collect()
        yield families.SCRAPE_SECONDS.single(time.monotonic() - began)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Names without figures: registering must not query."""
        return (gauge.family(()) for gauge in families.ALL)

    @transaction.atomic
    def _from_database(self, now: dt.datetime) -> list[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {STATEMENT_TIMEOUT_MS:d}")
        return [
            *polling.collect(now),
            *sites.collect(polling.consenting(now)),
            *desk.collect(now),
            *journal.collect(now),
            *people.collect(now),
            *rights.collect(now),
            *network.collect(now),
        ]


def build() -> tuple[str, str, str]:
    """Versions of Préau, Python and Django."""
    try:
        ours = version("preau")
    except PackageNotFoundError:
        ours = "0"  # a clone that runs without being installed
    return ours, platform.python_version(), django.get_version()


def make_registry() -> CollectorRegistry:
    """A registry of our own: the default one is shared with every library of the process."""
    registry = CollectorRegistry(auto_describe=False)
    for process in (ProcessCollector, PlatformCollector, GCCollector):
        process(registry=registry)
    registry.register(PreauCollector())
    return registry

"""Length of each queue, asked of the broker itself; a broker that is gone is a figure too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from prometheus_client.core import GaugeMetricFamily

from deploy.celery import app
from deploy.metrics import families

PATIENCE_S = 1


def queue_names() -> list[str]:
    """The queues that settings route tasks to."""
    routed = {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    return sorted({settings.CELERY_TASK_DEFAULT_QUEUE, *routed})


def collect() -> Iterator[GaugeMetricFamily]:
    """Waiting tasks per queue, and whether the broker answered within a second."""
    try:
        lengths = list(_lengths())
    except Exception:  # whatever a transport raises: the broker did not answer
        yield families.BROKER_UP.single(0)
        return
    yield families.BROKER_UP.single(1)
    yield families.QUEUE.family(lengths)


def _lengths() -> Iterator[families.Row]:
    options = {"socket_timeout": PATIENCE_S, "socket_connect_timeout": PATIENCE_S}
    if settings.BROKER_URL.startswith("amqp"):
        options = {}
    with app.connection_for_read(
        connect_timeout=PATIENCE_S, transport_options=options
    ) as connection:
        connection.ensure_connection(max_retries=1, interval_start=0, interval_step=0)
        channel = connection.default_channel
        for name in queue_names():
            yield (name,), _length(channel, connection.channel_errors, name)


def _length(channel: Any, absent: tuple[type[BaseException], ...], name: str) -> int:
    try:
        return int(channel.queue_declare(queue=name, passive=True).message_count)
    except absent:
        return 0  # a queue that never held a task does not exist yet

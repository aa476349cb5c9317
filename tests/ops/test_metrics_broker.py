"""Queue lengths are those of a real broker, whatever waits there; silence is told in time."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

import pytest
from celery import Celery

from deploy.celery import app
from deploy.metrics import broker as metrics
from deploy.station import broker as station
from deploy.station import paths


@pytest.fixture
def url(tmp_path, monkeypatch) -> Iterator[str]:
    """A running broker, as the site knows it."""
    made = station.Broker(tmp_path)
    station.prepare(made)
    process = subprocess.Popen(station.command(made), stdout=subprocess.DEVNULL)
    try:
        station.wait_ready(made)
        address = paths.broker_url(tmp_path)
        monkeypatch.setattr(app.conf, "broker_url", address)
        monkeypatch.setattr(app.conf, "broker_read_url", address)
        yield address
    finally:
        process.kill()
        process.wait()


def figures() -> dict[str, dict[tuple[str, ...], float]]:
    return {
        family.name: {tuple(s.labels.values()): s.value for s in family.samples}
        for family in metrics.collect()
    }


def test_it_counts_what_waits_in_each_queue(url):
    sender = Celery(broker=url)
    for queue, n in (("desk", 3), ("poll", 1)):
        for _ in range(n):
            sender.send_task("some.task", queue=queue)
    found = figures()
    assert found["preau_broker_up"] == {(): 1}
    assert found["preau_queue_length"] == {("desk",): 3, ("house",): 0, ("poll",): 1}


def test_a_broker_that_is_gone_is_told_within_seconds(tmp_path, monkeypatch):
    for name in ("broker_url", "broker_read_url"):
        monkeypatch.setattr(app.conf, name, "redis://127.0.0.1:1/0")
    began = time.monotonic()
    assert figures() == {"preau_broker_up": {(): 0}}
    assert time.monotonic() - began < 5

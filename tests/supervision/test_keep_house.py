"""Partitions are there before they are needed, and old rows go."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.utils import timezone

from supervision.actions.keep_house import keep_house
from supervision.models import PollRun, Sample, TargetEvent
from tests.cast import Cast, make_device
from tests.supervision.scene import Scene

DAY = dt.timedelta(days=1)


def partitions() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = 'supervision_sample'::regclass"
        )
        return {name for (name,) in cursor.fetchall()}


def test_partitions_come_ahead_and_go_after_retention(cast: Cast, settings):
    settings.SAMPLE_DAYS = 10
    now = timezone.now() + 40 * DAY
    keep_house(now)
    days = {f"supervision_sample_{(now + n * DAY).astimezone(dt.UTC):%Y%m%d}" for n in range(4)}
    assert partitions() == days  # those of today's migration are older than ten days by then
    keep_house(now)
    assert partitions() == days


def test_a_reading_makes_its_own_partition_when_house_was_not_kept(cast: Cast):
    scene = Scene()
    scene.now = timezone.now() + 90 * DAY
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))
    scene.poll()
    assert Sample.objects.get(target=target).at == scene.now
    assert f"supervision_sample_{scene.now.astimezone(dt.UTC):%Y%m%d}" in partitions()


def test_old_events_and_runs_go(cast: Cast, settings):
    settings.EVENT_DAYS = 30
    scene = Scene()
    target = scene.watch(make_device(cast.tilleuls, "SW-1"))
    scene.poll()
    assert PollRun.objects.count() == 1
    now = scene.now + 29 * DAY
    TargetEvent.objects.create(target=target, at=now - 31 * DAY, kind="reboot")
    keep_house(now)
    assert not PollRun.objects.exists()
    assert not TargetEvent.objects.filter(kind="reboot").exists()
    assert TargetEvent.objects.filter(new="ok").count() == 1

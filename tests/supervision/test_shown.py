"""What pages show: states, strips, curves, phrases; by a constant number of queries."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from inventory.models import Category
from supervision.models import Check, EventKind, Incident, TargetEvent
from supervision.shown import (
    device_states,
    event_phrase,
    fault_phrase,
    region_trends,
    response_times,
    site_states,
    site_strips,
    strips,
    upstream,
)
from tests.cast import Cast, make_device, make_link, make_target

NOW = timezone.now()
MINUTE = dt.timedelta(minutes=1)


def failing(site, name, *, root=None, state="confirmed", severity="down"):
    device = make_device(site, name)
    target = make_target(device, profile="switch")
    check = Check.objects.create(
        target=target,
        key="reachability",
        service="lan",
        state=state,
        severity=severity,
        state_at=NOW - 5 * MINUTE,
        failing_since=NOW - 10 * MINUTE,
        confirmed_at=NOW - 5 * MINUTE,
    )
    return device, Incident.objects.create(
        check_row=check,
        device=device,
        site=site,
        service="lan",
        severity=severity,
        state="open",
        root=root,
        began_at=NOW - 10 * MINUTE,
        confirmed_at=NOW - 5 * MINUTE,
        raised_at=None if root else NOW - 5 * MINUTE,
    )


def test_a_consequence_is_shown_as_one_and_the_site_by_its_worst(cast: Cast):
    switch, root = failing(cast.tilleuls, "SW-B1")
    ap, child = failing(cast.tilleuls, "AP-B11", root=root)
    well = make_device(cast.tilleuls, "SW-A1")
    Check.objects.create(
        target=make_target(well), key="reachability", service="lan", state="ok", state_at=NOW
    )
    new = make_device(cast.tilleuls, "SW-A2")
    make_target(new)
    off = make_device(cast.tilleuls, "SW-A3")

    shown = device_states([switch.pk, ap.pk, well.pk, new.pk, off.pk])

    assert shown[switch.pk].state == "down"
    assert shown[switch.pk].incident_id == root.pk
    assert shown[switch.pk].since == NOW - 10 * MINUTE
    assert (shown[ap.pk].state, shown[ap.pk].root_id) == ("effect", root.pk)
    assert shown[well.pk].state == "ok"
    assert shown[new.pk].state == "unknown"
    assert off.pk not in shown
    site = site_states([cast.tilleuls.pk, cast.peupliers.pk])
    assert site[cast.tilleuls.pk].state == "down"
    assert site[cast.tilleuls.pk].counts == {"down": 1, "effect": 1, "ok": 1, "unknown": 1}
    assert site[cast.tilleuls.pk].root_incidents == [root]
    assert site[cast.peupliers.pk].state == "unknown"
    assert child.root_id == root.pk


def test_queries_do_not_grow_with_devices(cast: Cast):
    def count() -> int:
        ids = [d.pk for d in cast.tilleuls.devices.all()]
        targets = list(range(1, 500))
        with CaptureQueriesContext(
            connection,
        ) as queries:
            device_states(ids)
            for one in site_states([cast.tilleuls.pk]).values():
                [fault_phrase(i) for i in one.root_incidents]
            strips(targets, NOW)
            site_strips([cast.tilleuls.pk], NOW)
        return len(queries)

    failing(cast.tilleuls, "SW-1")
    few = count()
    for n in range(2, 12):
        failing(cast.tilleuls, f"SW-{n}")
    assert count() == few


def test_a_strip_is_rebuilt_from_events(cast: Cast):
    device = make_device(cast.tilleuls, "SW-B1")
    target = make_target(device)
    check = Check.objects.create(
        target=target, key="reachability", service="lan", state="ok", state_at=NOW - 60 * MINUTE
    )
    story = [(240, "ok", "suspect", "down"), (235, "suspect", "confirmed", "down"),
             (61, "confirmed", "recovering", "down"), (60, "recovering", "ok", "")]  # fmt: skip
    for minutes, old, new, severity in story:
        TargetEvent.objects.create(
            target=target, at=NOW - minutes * MINUTE, kind=EventKind.STATE, check_row=check,
            old=old, new=new, severity=severity,
        )  # fmt: skip
    row = strips([target.pk], NOW)[target.pk]
    assert len(row) == 48
    assert row[:40] == ["ok"] * 40  # until four hours ago
    assert set(row[40:45]) == {"down"}
    assert row[47] == "ok"
    assert site_strips([cast.tilleuls.pk], NOW)[cast.tilleuls.pk] == row


def test_silence_is_a_hole_in_the_curve(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-B1"))
    with connection.cursor() as cursor:
        for minutes, rtt in ((30, 7.0), (20, None), (10, 9.0)):
            cursor.execute(
                "INSERT INTO supervision_sample VALUES (%s, %s, %s, %s, NULL)",
                [target.pk, NOW - minutes * MINUTE, "answered" if rtt else "timeout", rtt],
            )
    curve = response_times(target.pk, NOW)
    assert [rtt for _at, rtt in curve] == [7.0, None, 9.0, 9.0]
    assert curve[0][0] <= NOW - 30 * MINUTE
    assert curve[-1][0] == NOW - 10 * MINUTE  # the last reading itself


def test_who_answers_again_is_not_drawn_as_silent(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-B1"))
    with connection.cursor() as cursor:
        for seconds, rtt in ((20, None), (5, 4.0)):  # within one slice of five minutes
            cursor.execute(
                "INSERT INTO supervision_sample VALUES (%s, %s, %s, %s, NULL)",
                [
                    target.pk,
                    NOW - dt.timedelta(seconds=seconds),
                    "answered" if rtt else "timeout",
                    rtt,
                ],
            )
    assert [rtt for _at, rtt in response_times(target.pk, NOW)] == [None, 4.0]


def test_trends_count_open_incidents_over_time(cast: Cast):
    failing(cast.tilleuls, "SW-B1")
    trends = region_trends(NOW)
    assert trends["down"][-1] == 1
    assert trends["down"][0] == 0
    assert len(trends["incidents"]) == 48


def test_phrases_are_french_and_carry_figures(cast: Cast):
    _device, incident = failing(cast.tilleuls, "SW-B1")
    assert fault_phrase(incident) == "SW-B1, commutateur, injoignable"
    hot = Check.objects.create(
        target=incident.check_row.target, key="temperature", service="lan", state="suspect",
        severity="degraded", failing_since=NOW, value=61,
    )  # fmt: skip
    assert fault_phrase(hot) == "SW-B1, commutateur, température 61\xa0°C, seuil 55\xa0°C"
    with translation.override("de"):
        assert "Temperatur" in fault_phrase(hot)
    event = TargetEvent(
        target=hot.target, at=NOW, kind=EventKind.STATE, check_row=incident.check_row,
        old="suspect", new="confirmed", severity="down",
    )  # fmt: skip
    assert event_phrase(event)[:3] == ("alert-octagon", "down", "Panne confirmée")


@pytest.mark.parametrize("cut", [False, True])
def test_upstream_is_on_the_way_to_the_router(cast: Cast, cut):
    router = make_device(cast.tilleuls, "R1", Category.ROUTER)
    switch = make_device(cast.tilleuls, "SW-A1")
    ap = make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT)
    make_link(switch, ap)
    if not cut:
        make_link(router, switch, lower_port="24")
    assert upstream(ap) == (None if cut else switch)
    assert upstream(router) is None

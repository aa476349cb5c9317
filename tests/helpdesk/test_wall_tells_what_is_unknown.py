"""The wall: what we do not see is not well; one line per root cause; one state per site."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from helpdesk.wall import Wall, wall_for
from helpdesk.wall_journal import journal_for
from inventory.models import Category
from schools.models import User
from supervision.models import Check, CheckState, EventKind, Incident, TargetEvent
from supervision.shown import site_states
from tests.cast import Cast, make_device, make_room
from tests.helpdesk.faults import fail, fail_new, make_check


def _event(check: Check, new: str, minutes: float = 0, kind: str = EventKind.STATE) -> None:
    TargetEvent.objects.create(
        target=check.target,
        check_row=check,
        kind=kind,
        old=CheckState.OK,
        new=new,
        severity="down",
        at=timezone.now() - dt.timedelta(minutes=minutes),
    )


def _wall(user: User) -> Wall:
    return wall_for(user, timezone.now())


def test_a_site_never_read_is_counted_apart(cast: Cast) -> None:
    make_check(make_device(cast.tilleuls, "SW-1"))
    groups = {group.code: group for group in _wall(cast.sofia).groups}
    namur = groups["namur"]
    assert namur.counts["ok"] == 1
    assert namur.counts["unknown"] == namur.total - 1
    assert namur.troubled == 0
    spots = {spot.label: spot.state for spot in _wall(cast.sofia).spots}
    assert spots["École Tilleuls"] == "ok"
    assert spots["École Peupliers"] == "unknown"


def test_a_calm_wall_does_not_say_that_all_answers_when_it_cannot_know(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.sofia)
    page = client.get(reverse("helpdesk:wall")).content.decode()
    assert "Tout ce qui est supervisé répond" not in page
    assert "état est inconnu" in page


def test_a_device_never_read_is_not_reachable(cast: Cast) -> None:
    make_check(make_device(cast.tilleuls, "SW-1"))
    unread = make_check(make_device(cast.tilleuls, "SW-2"))
    Check.objects.filter(pk=unread.pk).update(state=CheckState.UNKNOWN)
    counters = _wall(cast.sofia).counters
    assert (counters["reachable"], counters["unknown"], counters["devices"]) == (1, 1, 2)


def test_the_wall_and_the_page_of_a_site_agree(cast: Cast) -> None:
    for n in range(6):
        make_room(cast.tilleuls, f"A.{n}")
        make_check(make_device(cast.tilleuls, f"SW-{n}"))
    for name, category in (("SW-B1", Category.SWITCH), ("RT-1", Category.ROUTER)):
        fail_new(cast.tilleuls, name, category)
        lines = [line for group in _wall(cast.sofia).groups for line in group.lines]
        assert {line.key for line in lines} == {
            site_states([cast.tilleuls.pk])[cast.tilleuls.pk].state
        }


def test_the_latest_changes_leave_consequences_to_their_cause(cast: Cast) -> None:
    root = fail_new(cast.tilleuls, "RT-1", Category.ROUTER)
    _event(root.check_row, CheckState.CONFIRMED)
    for n in range(3):
        effect = fail(make_device(cast.tilleuls, f"AP-{n}"), root=root)
        _event(effect.check_row, CheckState.CONFIRMED)
        _event(effect.check_row, "", kind=EventKind.ATTACHED)
        Incident.objects.filter(pk=effect.pk).update(state="closed", closed_at=timezone.now())
    assert [entry["device"] for entry in journal_for(cast.sofia)] == ["RT-1"]


def test_devices_of_a_site_that_change_together_are_one_line(cast: Cast) -> None:
    for n in range(4):
        _event(make_check(make_device(cast.tilleuls, f"AP-{n}")), CheckState.SUSPECT)
    _event(make_check(make_device(cast.peupliers, "AP-9")), CheckState.SUSPECT, minutes=1)
    assert [entry["device"] for entry in journal_for(cast.sofia)] == ["AP-3 et 3 autres", "AP-9"]

"""The one state of a site: the same on the wall, on its page and in the lists."""

from __future__ import annotations

import pytest
from django.db.models import Q

from inventory.models import Category, RoomCoverage
from schools.models import Site
from supervision.models import CheckState, Target
from supervision.register_states import SiteStates
from supervision.rules import SiteNow, judge_site
from supervision.shown import site_states
from supervision.site_verdicts import site_verdicts
from tests.cast import Cast, make_device, make_room
from tests.helpdesk.faults import fail, fail_new, make_check


@pytest.mark.parametrize(
    ("site", "state"),
    [
        (SiteNow({"ok": 9, "out": 1}), "degraded"),
        (SiteNow({"ok": 9, "out": 1}, router_out=True), "down"),
        (SiteNow({"ok": 9, "out": 1}, rooms=12, rooms_lost=5), "degraded"),
        (SiteNow({"ok": 9, "out": 1}, rooms=12, rooms_lost=6), "down"),
        (SiteNow({"ok": 1, "out": 1}), "down"),
        (SiteNow({"ok": 1, "out": 1, "planned": 8}), "down"),
        (SiteNow({"ok": 1, "out": 1}, rooms=12, rooms_lost=0), "degraded"),
        (SiteNow({"ok": 9, "suspect": 1}), "suspect"),
        (SiteNow({"ok": 9}, others=frozenset({"recover", "degraded"})), "degraded"),
        (SiteNow({"ok": 9, "recover": 1}), "recover"),
        (SiteNow({"ok": 9, "unknown": 1}), "ok"),
        (SiteNow({"ok": 1, "unknown": 9}), "unknown"),
        (SiteNow({"unknown": 9}), "unknown"),
        (SiteNow({"planned": 9}), "planned"),
        (SiteNow({}), "unknown"),
    ],
)
def test_one_rule(site: SiteNow, state: str) -> None:
    assert judge_site(site) == state


def _points(site: Site, count: int) -> list[str]:
    names = [f"AP-{n}" for n in range(count)]
    for name in names:
        point = make_device(site, name, Category.ACCESS_POINT)
        make_check(point)
        RoomCoverage.objects.create(access_point=point, room=make_room(site, f"L-{name}"))
    return names


def _state(site: Site) -> str:
    verdict = site_verdicts(Q(site=site)).get(site.pk, "unknown")
    assert site_states([site.pk])[site.pk].state == verdict
    return verdict


def test_half_of_the_rooms_is_down_less_is_degraded(cast: Cast) -> None:
    site = cast.tilleuls
    _points(site, 4)
    assert _state(site) == "ok"
    fail(site.devices.get(name="AP-0"))
    assert _state(site) == "degraded"
    fail(site.devices.get(name="AP-1"))
    assert _state(site) == "down"


def test_a_room_with_an_access_point_left_is_not_lost(cast: Cast) -> None:
    site = cast.tilleuls
    _points(site, 2)
    second = make_device(site, "AP-9", Category.ACCESS_POINT)
    make_check(second)
    RoomCoverage.objects.create(access_point=second, room=site.rooms.get(name="L-AP-0"))
    fail(site.devices.get(name="AP-0"))
    assert _state(site) == "degraded"


def test_the_router_takes_the_site_down(cast: Cast) -> None:
    _points(cast.tilleuls, 4)
    fail_new(cast.tilleuls, "RT-1", Category.ROUTER)
    assert _state(cast.tilleuls) == "down"


def test_what_fails_on_a_device_that_answers_degrades(cast: Cast) -> None:
    _points(cast.tilleuls, 1)
    fail(cast.tilleuls.devices.get(), key="temperature", severity="degraded")
    assert _state(cast.tilleuls) == "degraded"


def test_a_site_never_read_is_unknown(cast: Cast) -> None:
    _points(cast.tilleuls, 2)
    Target.objects.get(device__name="AP-0").checks.update(state=CheckState.UNKNOWN)
    Target.objects.get(device__name="AP-1").checks.all().delete()
    assert _state(cast.tilleuls) == "unknown"


def test_the_list_filters_by_what_its_badges_say(cast: Cast) -> None:
    _points(cast.tilleuls, 4)
    fail(cast.tilleuls.devices.get(name="AP-0"))
    fail_new(cast.peupliers, "RT-1", Category.ROUTER)
    states, sites = SiteStates(), Site.objects.all()
    told = states.states([site.pk for site in sites])
    for key in ("down", "degraded", "ok", "unknown"):
        listed = {site.pk for site in states.only(sites, key)}
        assert listed == {pk for pk, (state, _words) in told.items() if state == key}, key
    assert told[cast.tilleuls.pk][0] == "degraded"
    assert told[cast.peupliers.pk][0] == "down"

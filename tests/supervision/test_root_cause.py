"""One cause, one raised incident: whoever is polled first."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Category, Device
from supervision.actions.settle_causes import settle_causes
from supervision.models import Check, Incident, Target, TargetEvent
from supervision.snmp.contract import Outcome
from supervision.topology import Network
from tests.cast import Cast, make_device, make_link, make_site, make_target
from tests.supervision.scene import START, Scene

LATER = START + dt.timedelta(seconds=310)


@dataclass
class Block:
    """Router ─ core switch ─ block switch ─ two access points."""

    scene: Scene
    router: Target
    core: Target
    block: Target
    aps: list[Target]

    @property
    def below_core(self) -> list[Target]:
        return [self.block, *self.aps]


@pytest.fixture
def site(cast: Cast) -> Block:
    scene = Scene()
    router = make_device(cast.tilleuls, "R1", Category.ROUTER)
    core = make_device(cast.tilleuls, "SW-A1")
    block = make_device(cast.tilleuls, "SW-B1")
    make_link(router, core, lower_port="48")
    make_link(core, block, upper_port="24", lower_port="48")
    aps = []
    for n in (1, 2):
        ap = make_device(cast.tilleuls, f"AP-B{n}", Category.ACCESS_POINT)
        make_link(block, ap, upper_port=str(n))
        aps.append(ap)
    made = Block(
        scene, scene.watch(router), scene.watch(core), scene.watch(block),
        [scene.watch(ap) for ap in aps],
    )  # fmt: skip
    scene.until(70)
    assert not Incident.objects.exists()
    return made


def raised() -> list[Device]:
    return [i.device for i in Incident.objects.raised().select_related("device")]


def roots(site: Block) -> dict[str, str | None]:
    found = Incident.objects.live().select_related("device", "root__device")
    return {i.device.name: i.root.device.name if i.root else None for i in found}


@pytest.mark.parametrize("first", ["children", "parent", "together"])
def test_a_dead_switch_gathers_what_is_behind_it(site, first):
    scene, fallen = site.scene, site.below_core
    scene.kill(*fallen)
    if first == "children":
        scene.poll(*site.aps)
    elif first == "parent":
        scene.poll(site.block)
    else:
        scene.poll(*fallen)
    for _second in range(420):
        scene.until(1)
        assert len(raised()) <= 1
        assert all(device.name == "SW-B1" for device in raised())
    assert roots(site) == {"SW-B1": None, "AP-B1": "SW-B1", "AP-B2": "SW-B1"}
    root = Incident.objects.raised().get()
    late = root.raised_at - root.began_at
    assert dt.timedelta(seconds=300) <= late <= dt.timedelta(seconds=303)
    told = TargetEvent.objects.filter(kind="attached")
    assert {event.data["root_name"] for event in told} == {"SW-B1"}
    assert told.count() == 2


def test_the_device_above_is_asked_as_soon_as_a_device_falls(site):
    scene = site.scene
    before = Target.objects.get(pk=site.block.pk).last_asked_at
    scene.kill(site.aps[0])
    report = scene.poll(site.aps[0])
    assert report.woken == (site.block.pk,)
    scene.until(1)
    assert Target.objects.get(pk=site.block.pk).last_asked_at > before


def test_a_lone_access_point_is_raised_on_its_own(site):
    scene = site.scene
    scene.kill(site.aps[0])
    scene.poll(site.aps[0])
    scene.until(310)
    assert roots(site) == {"AP-B1": None}


def test_everything_falls_with_the_router(site):
    scene = site.scene
    scene.kill(site.router, site.core, *site.below_core)
    scene.until(420)
    found = roots(site)
    assert found.pop("R1") is None
    assert set(found.values()) == {"R1"}
    assert len(found) == 4
    assert len(raised()) == 1


def test_a_parent_that_never_confirms_takes_nobody_along(site):
    """The switch was silent for a moment only: the access point's fault is its own."""
    scene = site.scene
    scene.kill(site.aps[0], site.block)
    scene.poll(site.aps[0])
    scene.until(100)
    scene.revive(site.block)
    scene.until(300)
    assert roots(site) == {"AP-B1": None}


def test_a_child_that_stays_dead_gets_the_agreed_time_again(site):
    scene = site.scene
    scene.kill(*site.below_core)
    scene.until(420)
    scene.revive(site.block, site.aps[0])
    scene.until(150)
    root = Incident.objects.get(device=site.block.device)
    assert root.state == "closed"
    child = Incident.objects.live().get(device=site.aps[1].device)
    assert child.state == "held"
    assert child.root is None
    assert child.hold_until == root.closed_at + dt.timedelta(seconds=300)
    assert raised() == []

    scene.until(310)
    child.refresh_from_db()
    assert child.state == "open"
    assert child.raised_at >= root.closed_at + dt.timedelta(seconds=300)
    assert Incident.objects.filter(device=site.aps[1].device).count() == 1


def test_a_child_that_recovers_after_its_root_is_never_raised(site):
    scene = site.scene
    scene.kill(*site.below_core)
    scene.until(420)
    scene.revive(site.block, site.aps[0])
    scene.until(150)
    scene.revive(site.aps[1])
    scene.until(400)
    assert not Incident.objects.live().exists()
    assert Incident.objects.filter(raised_at__isnull=False).count() == 1


def test_a_cause_confirmed_a_moment_later_takes_its_effect_back(site):
    """The access point was raised because the switch could not be asked; then the switch falls."""
    scene = site.scene
    Target.objects.filter(pk=site.block.pk).update(paused=True)
    scene.kill(*site.below_core)
    scene.poll(site.aps[0])
    scene.until(310)
    assert "AP-B1" in {device.name for device in raised()}
    began = Incident.objects.get(device=site.aps[0].device).began_at
    Target.objects.filter(pk=site.block.pk).update(paused=False)
    # its first failure lies as far back as that of the access point
    Check.objects.filter(target=site.block, key="reachability").update(
        state="suspect", severity="down", failing_since=began, state_at=began
    )
    scene.poll(site.block)
    assert roots(site)["AP-B1"] == "SW-B1"
    assert [device.name for device in raised()] == ["SW-B1"]


def test_what_refuses_us_lives_and_explains_nothing(site):
    scene = site.scene
    scene.kill(site.block, outcome=Outcome.REFUSED)
    scene.kill(site.aps[0])
    scene.poll(site.aps[0])
    scene.until(310)
    assert roots(site) == {"AP-B1": None}


def test_a_storm_over_many_sites_costs_no_more_statements(cast):
    def fallen(count: int) -> set[int]:
        sites = set()
        for _n in range(count):
            site = make_site(f"S{next(numbers)}", "namur")
            router = make_device(site, "R1", Category.ROUTER)
            switch = make_device(site, "SW-1")
            make_link(router, switch, lower_port="48")
            for device in (router, switch):
                target = make_target(device, last_asked_at=LATER, next_poll_at=LATER)
                check = Check.objects.create(
                    target=target,
                    key="reachability",
                    service="lan",
                    state="confirmed",
                    severity="down",
                    failing_since=START,
                    confirmed_at=LATER,
                    state_at=LATER,
                )
                Incident.objects.create(
                    check_row=check,
                    device=device,
                    site=site,
                    service="lan",
                    severity="down",
                    state="held",
                    began_at=START,
                    confirmed_at=LATER,
                )
            sites.add(site.pk)
        return sites  # fmt: skip

    def count(sites: set[int]) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert settle_causes(sites, LATER).changed
        assert Incident.objects.raised().filter(site__in=sites).count() == len(sites)
        assert Incident.objects.live().attached().filter(site__in=sites).count() == len(sites)
        return len(queries)

    numbers = itertools.count()
    assert count(fallen(2)) == count(fallen(12))


# --- the pure part ---


def ring() -> Network:
    """1 is the router; 2 and 3 hang on it and on each other; 4 hangs on both."""
    network = Network(tops={1})
    for a, b in ((1, 2), (1, 3), (2, 3), (2, 4), (3, 4)):
        network.join(a, b)
    return network


def test_a_second_way_keeps_a_device_answerable_for_itself():
    assert ring().blockers(4, {2, 4}) == []
    assert ring().blockers(4, {2, 3, 4}) == [2]
    assert ring().blockers(4, {1, 2, 3, 4}) == [2, 1]


def test_a_router_is_nobodys_effect_and_loops_end():
    assert ring().blockers(1, {1, 2, 3, 4}) == []
    assert ring().parents() == {2: 1, 3: 1, 4: 2}


def test_a_device_without_way_up_is_judged_alone():
    network = Network(tops={1})
    network.join(5, 6)
    assert network.blockers(6, {5, 6}) == []
    assert network.parents() == {}

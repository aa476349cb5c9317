"""Who may be polled, by whom, and when next."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import pairwise

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from inventory.models import DeviceState
from schools.models import Consent, ConsentKind
from supervision.actions.claim_due import claim_due, claim_these
from supervision.actions.park_unconsented import park_unconsented
from supervision.actions.wake_targets import wake_targets
from supervision.models import Check, Target
from supervision.shown import device_states
from tests import cast as people
from tests.cast import Cast, give_consents, make_cast, make_device

NOW = dt.datetime(2026, 6, 1, 10, tzinfo=dt.UTC)


def make_target(device, **extra) -> Target:
    return people.make_target(device, next_poll_at=NOW, **extra)


def claimed(now=NOW) -> set[int]:
    return {due.id for due in claim_due(now)}


def test_both_consents_open_the_gate_and_either_closes_it(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-1"))
    silent = make_target(make_device(cast.bouleaux, "SW-1"))
    assert claimed() == {target.pk}
    assert claim_these([silent.pk], NOW) == []
    for kind in ConsentKind:
        Target.objects.update(next_poll_at=NOW)
        given = Consent.objects.live(NOW.date()).filter(kind=kind)
        before = list(given.values_list("pk", flat=True))
        given.update(revoked_on=NOW.date())
        assert claimed() == set()
        Consent.objects.filter(pk__in=before).update(revoked_on=None)
    assert claimed() == {target.pk}


def test_a_consent_of_tomorrow_opens_nothing_today(cast: Cast):
    make_target(make_device(cast.tilleuls, "SW-1"))
    Consent.objects.filter(school=cast.tilleuls.school).update(
        given_on=NOW.date() + dt.timedelta(days=2)
    )
    assert claimed() == set()


def test_a_decentralised_school_is_watched_like_any_other(cast: Cast):
    target = make_target(make_device(cast.saules, "SW-1"))
    assert claimed() == {target.pk}


def test_a_claimed_target_comes_back_at_its_own_slot(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-1"), interval_s=300)
    Target.objects.update(next_poll_at=NOW - dt.timedelta(hours=5))
    claimed()
    target.refresh_from_db()
    first = target.next_poll_at
    assert NOW < first <= NOW + dt.timedelta(seconds=300)  # missed slots are skipped
    wake_targets([target.pk], NOW + dt.timedelta(seconds=1))
    claimed(NOW + dt.timedelta(seconds=1))
    target.refresh_from_db()
    assert target.next_poll_at == first  # a wake leaves the phase alone
    claimed(first)
    target.refresh_from_db()
    assert abs((target.next_poll_at - first).total_seconds() - 300) < 0.01


def test_slots_are_spread_over_the_interval(cast: Cast):
    for n in range(60):
        make_target(make_device(cast.tilleuls, f"SW-{n}"), interval_s=60)
    claimed()
    seconds = sorted(
        (at - NOW).total_seconds() for at in Target.objects.values_list("next_poll_at", flat=True)
    )
    gaps = [b - a for a, b in pairwise(seconds)]
    assert max(gaps) < 4  # perfectly even would be 1


def test_parking_puts_aside_and_wakes(cast: Cast):
    target = make_target(make_device(cast.bouleaux, "SW-1"))
    stored = make_target(make_device(cast.tilleuls, "SW-1", state=DeviceState.IN_STOCK))
    fine = make_target(make_device(cast.tilleuls, "SW-2"))
    assert park_unconsented(NOW) == (2, 0)
    assert Target.objects.get(pk=target.pk).parked
    assert Target.objects.get(pk=stored.pk).parked
    assert not Target.objects.get(pk=fine.pk).parked
    assert park_unconsented(NOW) == (0, 0)
    give_consents(cast.bouleaux.school)
    later = NOW + dt.timedelta(hours=1)
    assert park_unconsented(later) == (0, 1)
    assert target.pk in claimed(later)


def test_what_we_no_longer_look_at_is_unknown(cast: Cast):
    target = make_target(make_device(cast.tilleuls, "SW-1"))
    check = Check.objects.create(target=target, key="reachability", service="lan", state="ok")
    Consent.objects.filter(school=cast.tilleuls.school).update(revoked_on=NOW.date())
    assert park_unconsented(NOW) == (1, 0)
    check.refresh_from_db()
    assert (check.state, check.state_at) == ("unknown", NOW)
    assert device_states([target.device_id])[target.device_id].label == "hors supervision"


def test_a_claim_is_one_statement(cast: Cast):
    for n in range(30):
        make_target(make_device(cast.tilleuls, f"SW-{n}"))
    with CaptureQueriesContext(connection) as queries:
        assert len(claim_due(NOW, batch=20)) == 20
    assert len(queries) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_take_the_same_target():
    cast = make_cast()
    for n in range(200):
        make_target(make_device(cast.tilleuls, f"SW-{n}"))
    taken: list[list[int]] = [[], [], []]
    ready = threading.Barrier(3)

    def work(mine: list[int]) -> None:
        try:
            ready.wait()
            while found := claim_due(NOW, batch=7):
                mine += [due.id for due in found]
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work, args=(mine,)) for mine in taken]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    everything = [pk for mine in taken for pk in mine]
    assert len(everything) == 200
    assert len(set(everything)) == 200
    assert sum(bool(mine) for mine in taken) > 1

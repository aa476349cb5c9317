"""Lines, verdicts and indicators on a real PostgreSQL."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from inventory import indicators
from inventory.access import DecisionRefused
from inventory.actions.keep_connections import ConnectionRefused, keep
from inventory.actions.move_line import ask_line, move_line
from inventory.listing_connections import connections_seen
from inventory.models import FibreException, MeasuredSpeed, Offer, Subscription
from inventory.rules.connections import Facts, judge
from schools.models import AuditEntry, Headcount, Room, Site
from tests.architecture.query_counts import assert_query_count
from tests.cast import body_of, make_site
from tests.lines import make_line

TODAY = dt.date(2026, 11, 20)


@pytest.fixture
def site(cast):
    return cast.tilleuls


def url(name, *args):
    return reverse(f"inventory:{name}", args=args)


def test_a_head_asks_the_spw_orders_and_the_old_line_stops_the_day_the_new_one_starts(cast, site):
    old = make_line(site, "A")
    offer = old.offer
    with pytest.raises(DecisionRefused):
        ask_line(cast.claire, site, {"offer": offer, "role": "main"}, TODAY)
    new = ask_line(cast.bernard, site, {"offer": offer, "role": "main"}, TODAY)
    assert (new.follows_id, new.down_mbps, new.state) == (old.pk, 100, "asked")
    with pytest.raises(ConnectionRefused, match="déjà demandée"):
        ask_line(cast.veronique, site, {"offer": offer, "role": "main"}, TODAY)
    with pytest.raises(DecisionRefused):
        move_line(cast.thomas, new, "ordered", TODAY, seen=new.version, today=TODAY)
    new = move_line(cast.odile, new, "ordered", TODAY, seen=1, today=TODAY)
    new.refresh_from_db()
    move_line(cast.sofia, new, "active", TODAY, seen=new.version, today=TODAY, circuit="C-1")
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.state, old.end_on, new.start_on) == ("ended", TODAY, TODAY)
    assert AuditEntry.objects.filter(action="activate_line", site=site).exists()


def test_two_main_lines_never_overlap_but_a_backup_may(site):
    old = make_line(site, "A")
    twin = {
        name: getattr(old, name)
        for name in ("site", "operator", "offer", "technology", "down_mbps", "up_mbps")
    }
    twin |= {"price_month": 1, "state": "active", "start_on": TODAY}
    with pytest.raises(IntegrityError), transaction.atomic():
        Subscription.objects.create(**twin)
    Subscription.objects.create(**twin, role="backup")


def test_an_offer_that_a_school_has_taken_is_frozen_but_for_its_end(cast, site):
    offer = make_line(site, "A").offer
    with pytest.raises(ConnectionRefused, match="seule sa date de fin"):
        keep(cast.odile, offer, {"price_month": 1}, seen=1)
    keep(cast.odile, offer, {"valid_to": TODAY}, seen=1)
    assert Offer.objects.get(pk=offer.pk).valid_to == TODAY
    with pytest.raises(ConnectionRefused, match="entre-temps"):
        keep(cast.odile, offer, {"valid_to": None}, seen=1)


@pytest.mark.parametrize("pupils", [400, 401])
@pytest.mark.parametrize("line", [None, ("coax", 29), ("coax", 100), ("ftth", 1000)])
@pytest.mark.parametrize("review", [None, TODAY, TODAY - dt.timedelta(days=1)])
def test_the_database_says_what_the_rule_says(cast, site, pupils, line, review):
    Headcount.objects.create(site=site, level="primaire", year=2026, pupils=pupils)
    if line:
        Subscription.objects.filter(pk=make_line(site, "A").pk).update(
            offer=None, terms="x", technology=line[0], down_mbps=line[1]
        )
    if review:
        FibreException.objects.create(
            site=site, reason="x", decided_by_text="O", decided_on=dt.date(2026, 1, 5),
            review_on=review,
        )  # fmt: skip
    facts = Facts(pupils, line and line[1], bool(line) and line[0] == "ftth", review == TODAY)
    seen = connections_seen(cast.odile, TODAY, 2026).get(pk=site.pk)
    assert seen.verdict == judge(facts)


def test_the_indicators_by_hand(cast, site):
    """Two schools: 100 Mbit/s coax under contract, 500 pupils; 1 Gbit/s fibre apart, 100."""
    other = cast.peupliers
    make_line(site, "A")
    fibre = make_line(other, "B")
    Subscription.objects.filter(pk=fibre.pk).update(
        offer=None, terms="x", technology="ftth", down_mbps=1000, pupils_access=False
    )
    Headcount.objects.create(site=site, level="primaire", year=2026, pupils=500)
    Headcount.objects.create(site=other, level="primaire", year=2026, pupils=100)
    for place, name in ((site, "1"), (site, "2"), (other, "1")):
        Room.objects.create(site=place, name=name, kind="classroom")
    MeasuredSpeed.objects.create(site=site, down_mbps=90, up_mbps=9)
    sites = Site.objects.all()
    assert indicators.classes_with_access(sites) == indicators.Share(2, 3)
    assert indicators.projects(sites).count() == 2
    assert list(indicators.giga_projects(sites)) == [other]
    assert list(indicators.schools_under_contract(sites)) == [site.school]
    assert list(indicators.schools_on_fibre(sites)) == [other.school]
    assert indicators.large_sites_on_fibre(sites) == indicators.Share(0, 1)
    speeds = indicators.mean_speeds(sites)
    assert (speeds.contracted, speeds.weighted, speeds.measured) == (550, 250, 90)


def test_the_list_narrows_counts_and_leaves_as_a_sheet(cast, site, client):
    make_line(site, "A")
    client.force_login(cast.odile)
    page = client.get(url("connections"), {"avis": "aucune"}).content.decode()
    assert "École Peupliers" in page
    assert "École Tilleuls" not in page
    assert "Opérateur A" in body_of(client.get(url("connections_export"))).decode()
    client.force_login(cast.karl)
    assert "Tilleuls" not in client.get(url("connections")).content.decode()


def test_a_longer_list_costs_no_more_queries(cast, client):
    client.force_login(cast.odile)
    make_line(cast.tilleuls, "A")
    for name in ("connections", "connection_costs", "contracts"):
        with assert_query_count(f"inventory:{name}"):
            client.get(url(name))
    for n in range(3):
        make_line(make_site(f"Plus {n}", "namur"), f"P{n}")
    for name in ("connections", "connection_costs", "contracts"):
        with assert_query_count(f"inventory:{name}"):
            client.get(url(name))


def test_a_measure_sent_twice_is_kept_once_and_a_stranger_sends_none(cast, site, client):
    said = {"site": site.pk, "at": "2026-11-20T10:00:00Z", "down_mbps": 9.5, "up_mbps": 1}
    there = reverse("api:measuredspeed-list")
    client.force_login(cast.thomas)
    assert client.post(there, said, "application/json").status_code == 201
    assert client.post(there, said, "application/json").status_code == 200
    client.force_login(cast.karl)
    assert client.post(there, said, "application/json").status_code == 404

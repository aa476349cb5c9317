"""Connections through the API: who writes, what bad input is told, what an old version meets."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.models import Offer, Operator, Subscription
from tests.lines import make_line

JSON = "application/json"


def at(name, *args):
    return reverse(f"api:{name}", args=args)


@pytest.fixture
def officer(cast, client):
    client.force_login(cast.odile)
    return client


def test_an_officer_adds_and_changes_a_contract_in_the_version_that_was_read(cast, officer):
    made = officer.post(at("operator-list"), {"name": "Lignéo"}, JSON)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    said = {"reference": "CC-9", "operator": made.json()["id"]}
    said |= {"signed_on": "2026-01-05", "start_on": "2026-02-01"}
    made = officer.post(at("frameworkcontract-list"), said, JSON)
    assert made.status_code == 201
    there = at("frameworkcontract-detail", made.json()["id"])
    assert officer.patch(there, {"title": "Un"}, JSON).status_code == 428
    done = officer.patch(there, {"title": "Un"}, JSON, headers={"If-Match": '"1"'})
    assert (done.status_code, done.headers["ETag"], done.json()["title"]) == (200, '"2"', "Un")
    late = officer.patch(there, {"title": "Deux"}, JSON, headers={"If-Match": '"1"'})
    assert late.status_code == 412
    assert '"2"' in late.json()["detail"]
    assert officer.get(there, headers={"If-None-Match": '"2"'}).status_code == 304


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"reference": "CC-A"}, "reference"),
        ({"reference": "x" * 41}, "reference"),
        ({"reference": "a\x00b"}, "reference"),
        ({"operator": 10**30}, "operator"),
        ({"start_on": "hier"}, "start_on"),
        ({"end_on": "2020-01-01"}, "end_on"),
    ],
)
def test_bad_input_is_told_by_its_field(said, field, cast, officer):
    operator = make_line(cast.tilleuls, "A").operator
    good = {"reference": "CC-9", "operator": operator.pk}
    good |= {"signed_on": "2026-01-05", "start_on": "2026-02-01"}
    refused = officer.post(at("frameworkcontract-list"), good | said, JSON)
    assert refused.status_code == 400
    assert list(refused.json()["errors"]) == [field]


def test_an_offer_that_a_school_took_changes_its_last_day_alone(cast, officer):
    offer = make_line(cast.tilleuls, "A").offer
    there, version = at("offer-detail", offer.pk), {"If-Match": '"1"'}
    assert officer.patch(there, {"price_month": "1"}, JSON, headers=version).status_code == 409
    assert officer.patch(there, {"price_month": "-1"}, JSON, headers=version).status_code == 400
    other = make_line(cast.peupliers, "B").offer.contract
    assert officer.patch(there, {"contract": other.pk}, JSON, headers=version).status_code == 400
    done = officer.patch(there, {"valid_to": "2027-01-01"}, JSON, headers=version)
    assert done.status_code == 200
    assert str(Offer.objects.get(pk=offer.pk).valid_to) == "2027-01-01"


def test_only_officers_write_and_what_they_may_not_is_said_before_the_body_is_read(cast, client):
    operator = make_line(cast.tilleuls, "A").operator
    for person, status in ((cast.bernard, 403), (cast.sofia, 403), (cast.claire, 403)):
        client.force_login(person)
        assert client.post(at("operator-list"), "{", JSON).status_code == status
        there = at("operator-detail", operator.pk)
        assert client.patch(there, "{", JSON).status_code == status
        assert client.get(there).status_code == 200
    assert Operator.objects.count() == 1


def test_a_head_asks_the_spw_orders_and_the_school_cancels_too_late(cast, client):
    old = make_line(cast.tilleuls, "A")
    client.force_login(cast.bernard)
    said = {"site": cast.tilleuls.pk, "offer": old.offer_id}
    made = client.post(at("subscription-list"), said, JSON)
    assert (made.status_code, made.json()["state"], made.json()["follows"]) == (
        201,
        "asked",
        old.pk,
    )
    assert client.post(at("subscription-list"), said, JSON).status_code == 400
    move = at("subscription-move", made.json()["id"])
    assert client.post(move, {"state": "ordered"}, JSON).status_code == 428
    read = {"If-Match": made.headers["ETag"]}
    assert client.post(move, {"state": "ordered"}, JSON, headers=read).status_code == 403
    client.force_login(cast.odile)
    assert client.post(move, {"state": "asked"}, JSON, headers=read).status_code == 400
    future = {"state": "ordered", "on": "2999-01-01"}
    assert client.post(move, future, JSON, headers=read).status_code == 400
    done = client.post(move, {"state": "ordered"}, JSON, headers=read)
    assert (done.status_code, done.json()["state"]) == (200, "ordered")
    client.force_login(cast.bernard)
    assert client.post(move, {"state": "cancelled"}, JSON, headers=read).status_code == 412
    client.force_login(cast.odile)
    late = client.post(move, {"state": "ended"}, JSON, headers=read)
    assert late.status_code == 409
    assert "elle ne peut pas être terminée" in late.json()["detail"]


def test_a_line_has_an_offer_or_terms_of_its_own_and_a_stranger_asks_for_none(cast, client):
    operator = make_line(cast.peupliers, "B").operator
    client.force_login(cast.bernard)
    there = at("subscription-list")
    half = client.post(there, {"site": cast.tilleuls.pk, "operator": operator.pk}, JSON)
    assert set(half.json()["errors"]) == {
        *("technology", "down_mbps", "up_mbps", "price_month", "terms"),
    }
    own = {"site": cast.tilleuls.pk, "operator": operator.pk, "technology": "ftth"}
    own |= {"down_mbps": 500, "up_mbps": 100, "price_month": "40.00", "terms": "Commune"}
    made = client.post(there, own, JSON)
    assert (made.status_code, made.json()["price_once"]) == (201, "0.00")
    assert client.post(there, own | {"site": cast.peupliers.pk}, JSON).status_code == 404
    assert client.post(there, own | {"site": 10**30}, JSON).status_code == 404
    client.force_login(cast.claire)
    assert client.post(there, own, JSON).status_code == 403
    client.force_login(cast.karl)
    assert client.get(at("subscription-detail", made.json()["id"])).status_code == 404
    assert Subscription.objects.filter(site=cast.tilleuls).count() == 1

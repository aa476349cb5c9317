"""Loans by program: the desk's verbs and refusals, a pseudonym and no name, one loan a retry."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from byod.actions.loans.hand_out import hand_out
from byod.loan_days import due_day
from byod.models.loans.loans import Loan
from byod.models.people.identities import IdentityReading
from schools.actions.make_token import make_token
from tests.architecture.query_counts import assert_query_count
from tests.byod.loans.made import DUE, Lending

HERE = "/api/v1/loans/"
DAY = f"{DUE:%Y-%m-%d}"


def client_of(person, *scopes: str) -> APIClient:
    _key, text = make_token(person, "essai", scopes or ["read", "write", "byod"])
    return APIClient(headers={"Authorization": f"Token {text}"})


def post(client, address, **body):
    return client.post(address, body, format="json")


@pytest.fixture
def lending(cast):
    return Lending(cast.tilleuls)


@pytest.fixture
def claire(cast):
    return client_of(cast.claire)


def test_reserve_hand_out_and_return(cast, lending, claire):
    item, charger = lending.laptops[0].pk, lending.chargers[0].pk
    first = post(claire, HERE, request=lending.requests[0].pk, item=item, due_on=DAY)
    again = post(claire, HERE, request=lending.requests[0].pk, item=item, due_on=DAY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    due = due_day(cast.tilleuls, DUE, timezone.localdate())
    assert (first.json()["state"], first.json()["due_on"]) == ("reserved", due.isoformat())
    free = claire.get("/api/v1/loan-items/?available=true&is_charger=false").json()["results"]
    assert {row["name"] for row in free} == {"PC-0402", "PC-0403"}
    body = {"pupil": lending.pupils[0].pseudonym, "item": item, "charger": charger, "due_on": DAY}
    for _try in range(2):
        out = post(claire, f"{HERE}hand-out/", **body)
        assert out.status_code == 200, out.content
        told = out.json()
        assert (told["id"], told["state"]) == (first.json()["id"], "out")
        assert (told["device_name"], told["charger_name"]) == ("PC-0401", "CH-0401")
        assert told["pupil"] == lending.pupils[0].pseudonym
    assert post(claire, f"{HERE}{told['id']}/release/").status_code == 409
    for _try in range(2):
        back = post(claire, f"{HERE}{told['id']}/return/", charger=True)
        assert (back.status_code, back.json()["state"]) == (200, "returned")
    assert Loan.objects.count() == 1
    assert IdentityReading.objects.count() == 0


def test_it_refuses_what_the_desk_refuses_in_its_words(cast, lending, claire):
    post(claire, HERE, request=lending.requests[0].pk, item=lending.laptops[0].pk, due_on=DAY)
    taken = post(
        claire, HERE, request=lending.requests[1].pk, item=lending.laptops[0].pk, due_on=DAY
    )
    assert taken.status_code == 409
    assert taken.json()["detail"].startswith("PC-0401 attend un autre élève.")
    pupil = lending.pupils[1].pseudonym
    out = post(claire, f"{HERE}hand-out/", pupil=pupil, item=lending.laptops[0].pk, due_on=DAY)
    assert out.status_code == 409
    past = (timezone.localdate() - dt.timedelta(days=1)).isoformat()
    for body, field in (
        ({"request": 987654, "due_on": DAY}, "request"),
        ({"request": lending.requests[1].pk, "due_on": past}, "due_on"),
        ({"request": lending.requests[1].pk, "due_on": DAY, "pupil": pupil}, "pupil"),
    ):
        answer = post(claire, HERE, **body)
        assert answer.status_code == 400, body
        assert field in answer.json()["errors"]
    assert Loan.objects.count() == 1


def test_each_keeps_to_the_own_school_and_scope(cast, lending, claire):
    loan = hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    karl = client_of(cast.karl)
    assert karl.get(f"{HERE}{loan.pk}/").status_code == 404
    assert post(karl, f"{HERE}{loan.pk}/return/").status_code == 404
    asked = post(karl, HERE, request=lending.requests[1].pk, due_on=DAY)
    pupil = lending.pupils[1].pseudonym
    out = post(karl, f"{HERE}hand-out/", pupil=pupil, item=lending.laptops[1].pk, due_on=DAY)
    assert (asked.status_code, out.status_code) == (400, 400)
    for person in (cast.sofia, cast.veronique, cast.odile):
        client = client_of(person)
        assert client.get(HERE).json()["results"] == []
        assert post(client, HERE, request=1, due_on=DAY).status_code == 403
    narrow = client_of(cast.claire, "read", "write", "helpdesk")
    assert narrow.get(HERE).json()["scopes"] == ["byod"]
    reader = client_of(cast.claire, "read", "byod")
    assert reader.get(HERE).status_code == 200
    assert post(reader, f"{HERE}{loan.pk}/return/").json()["scopes"] == ["write"]


def test_filters_choose_and_a_list_costs_the_same(cast, lending, claire):
    loans = [hand_out(cast.claire, lending.pupils[n], lending.laptops[n].pk, DUE) for n in range(3)]
    with assert_query_count("api:loans three"):
        assert len(claire.get(HERE).json()["results"]) == 3
    for query, found in (
        (f"pupil={lending.pupils[1].pseudonym}", [loans[1].pk]),
        (f"device={lending.laptops[2].device_id}", [loans[2].pk]),
        (f"pool={lending.pool.pk}&state=out", [one.pk for one in loans]),
        ("state=returned", []),
        (f"due_before={timezone.localdate()}", []),
    ):
        rows = claire.get(f"{HERE}?{query}").json()["results"]
        assert [row["id"] for row in rows] == found, query
    told = claire.get(f"/api/v1/loan-pools/{lending.pool.pk}/").json()
    assert (told["devices"], told["ready"], told["away"], told["chargers"]) == (3, 0, 3, 3)

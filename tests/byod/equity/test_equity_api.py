"""Requests, lines and orders by program: the actions of the pages, for the own school alone."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from byod.models.equity.orders import OperatorOrder
from byod.models.equity.requests import LoanRequest
from byod.models.loans.pools import LoanPool
from schools.actions.make_token import make_token
from tests.byod.equity.made import make_class, make_line, make_pupil, make_request

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def client_of(person, *scopes: str) -> APIClient:
    _key, text = make_token(person, "essai", scopes or ["read", "write", "byod"])
    return APIClient(headers={"Authorization": f"Token {text}"})


def post(client, address, **body):
    return client.post(f"{API}{address}", body, format="json")


def states() -> list[str]:
    return list(LoanRequest.objects.order_by("pk").values_list("state", flat=True))


def test_a_head_decides_many_and_takes_the_decision_back(cast):
    here = make_class(cast.tilleuls)
    keys = [make_request(make_pupil(here)).pk for _n in range(3)]
    bernard = client_of(cast.bernard)
    refused = post(bernard, "loan-requests/decide/", requests=keys, grant=False)
    assert (refused.status_code, states()) == (409, ["asked"] * 3)
    none = post(bernard, "loan-requests/decide/", requests=keys, grant=True, available=True)
    assert (none.json()["changed"], none.json()["lacking"]) == ([], 3)
    done = post(bernard, "loan-requests/decide/", requests=keys, grant=True).json()
    assert (done["changed"], done["lacking"], states()) == (keys, 3, ["granted"] * 3)
    back = post(bernard, "loan-requests/undo/", decided_at=done["decided_at"])
    assert (back.json()["changed"], states()) == (keys, ["asked"] * 3)
    assert post(bernard, "loan-requests/undo/", decided_at=done["decided_at"]).status_code == 409


def test_who_is_not_the_head_decides_nothing(cast):
    key = make_request(make_pupil(make_class(cast.tilleuls))).pk
    for person, code in (
        (cast.claire, 403),
        (cast.karl, 409),
        (cast.odile, 409),
        (cast.sofia, 409),
    ):
        answer = post(client_of(person), "loan-requests/decide/", requests=[key], grant=True)
        assert answer.status_code == code, answer.content
    reader = client_of(cast.bernard, "read", "byod")
    assert post(reader, "loan-requests/decide/", requests=[key], grant=True).status_code == 403
    other = client_of(cast.bernard, "read", "write", "helpdesk")
    assert post(other, "loan-requests/decide/", requests=[key], grant=True).status_code == 403
    assert states() == ["asked"]


def test_a_line_is_suspended_acknowledged_and_resumed(cast):
    line = make_line(cast.tilleuls)
    claire = client_of(cast.claire)
    first = post(claire, f"loan-lines/{line.pk}/order/", order="suspend")
    again = post(claire, f"loan-lines/{line.pk}/order/", order="suspend")
    assert first.status_code == again.status_code == 200, first.content
    assert first.json()["key"] == again.json()["key"]
    assert OperatorOrder.objects.count() == 1
    order = f"line-instructions/{first.json()['id']}/"
    assert post(claire, f"{order}settle/", proof="").status_code == 400
    for _twice in range(2):
        told = post(claire, f"{order}settle/", proof="Ref 17, 3 novembre")
        assert (told.status_code, told.json()["state"]) == (200, "confirmed"), told.content
    line.refresh_from_db()
    assert line.service == "suspended"
    assert post(claire, f"loan-lines/{line.pk}/order/", order="suspend").status_code == 409
    resume = post(claire, f"loan-lines/{line.pk}/order/", order="resume").json()
    assert post(claire, f"line-instructions/{resume['id']}/cancel/").json()["state"] == "cancelled"
    assert (
        post(client_of(cast.karl), f"loan-lines/{line.pk}/order/", order="end").status_code == 404
    )


def test_the_po_that_pays_orders_its_shared_lines_and_a_school_does_not(cast):
    pool = LoanPool.objects.create(name="PO", authority=cast.tilleuls.school.authority)
    line = make_line(cast.tilleuls, pool=pool)
    school = post(client_of(cast.bernard), f"loan-lines/{line.pk}/order/", order="suspend")
    assert school.status_code == 403
    asked = post(client_of(cast.veronique), f"loan-lines/{line.pk}/order/", order="lost")
    assert (asked.status_code, asked.json()["kind"]) == (200, "suspend"), asked.content
    line.refresh_from_db()
    assert line.service == "lost"

"""The demo of equity: a granted class, a class to decide, connections in every state."""

from __future__ import annotations

import pytest

from byod.actions.equity.make_round import rerun_round
from byod.models.equity.lines import Line
from byod.models.equity.orders import OperatorOrder
from byod.models.equity.requests import LoanRequest
from byod.models.equity.rounds import AllocationRound
from byod.models.people.members import Equipment
from deploy.lab.load.byod.equity import load_connections, load_equity
from tests.byod.equity.made import make_class, make_pupil

pytestmark = pytest.mark.django_db


def test_the_demo_is_loaded_once_and_shows_every_state(client, cast):
    for name in ("3B", "2B"):
        here = make_class(cast.tilleuls, name)
        for _n in range(22):
            make_pupil(here, Equipment.UNKNOWN)
    sites = {"moulin": cast.tilleuls}
    for _twice in range(2):
        load_equity(sites)
        load_connections(sites)
    states = LoanRequest.objects.values_list("school_class__name", "state")
    counted = {key: list(states).count(key) for key in set(states)}
    assert counted == {("3B", "granted"): 19, ("2B", "asked"): 7}
    assert rerun_round(AllocationRound.objects.get()).good
    assert Line.objects.count() == 16
    assert sorted(OperatorOrder.objects.values_list("state", flat=True)) == ["confirmed", "sent"]
    client.force_login(cast.bernard)
    page = client.get("/demandes-de-pret/").content.decode()
    assert "urgence sociale" in page
    page = client.get("/connexions-pretees/").content.decode()
    assert "inutilisée depuis" in page
    assert "attend l’opérateur" in page

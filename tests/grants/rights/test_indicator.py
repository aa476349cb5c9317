"""K8: schools that consumed; what is consumed of what was granted."""

from __future__ import annotations

from decimal import Decimal

from django.utils import timezone

from inventory.grants.actions.rights import ledger
from inventory.grants.indicators_rights import use_by, use_of_rights
from tests.grants.rights.world import give_right


def test_a_school_counts_once_something_is_delivered(cast):
    assert use_of_rights().rate is None
    give_right(cast.tilleuls, Decimal(600), Decimal(400))
    give_right(cast.peupliers, Decimal(1000))
    now = timezone.now()
    ledger.reserve(cast.tilleuls, Decimal(500), "application:1", "a", None, now)
    ledger.commit("application:1", Decimal(500), "b", None, now)
    assert use_of_rights().schools == 0, "ordered is not delivered"
    ledger.consume("application:1", Decimal(300), "c", None, now)
    found = use_of_rights()
    assert (found.schools, found.granted, found.consumed) == (1, 2000, 300)
    assert found.rate == Decimal("0.15")
    assert use_of_rights(site__province="liege").schools == 0
    assert use_by("site__province")["namur"].rate == Decimal("0.3")

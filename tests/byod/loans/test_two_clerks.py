"""Two clerks want one device at the same moment: one gets it, the other is told so."""

from __future__ import annotations

import pytest

from byod.models.loans.loans import Loan
from deploy.bench.loans_race import clerks_of, race
from tests.byod.loans.made import Lending
from tests.cast import make_cast

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_device_is_reserved_once_however_often_two_try():
    cast = make_cast()
    lending = Lending(cast.tilleuls, 2)
    clerks = clerks_of([cast.claire, cast.bernard], lending.requests)
    raced = race(clerks, lending.laptops[0].pk, 25)
    assert (raced.rounds, raced.one_won, raced.broken, raced.held_twice) == (25, 25, (), 0)
    assert raced.refusals == ("PC-0401 attend un autre élève. Prenez un autre appareil.",)


def test_a_device_is_handed_out_once():
    cast = make_cast()
    lending = Lending(cast.tilleuls, 2)
    clerks = clerks_of([cast.claire, cast.bernard], lending.requests)
    raced = race(clerks, lending.laptops[0].pk, 1, lend=True)
    assert (raced.one_won, raced.broken) == (1, ())
    assert raced.refusals == ("PC-0401 est déjà prêté. Faites-le d’abord rendre.",)
    assert Loan.objects.out().count() == 1

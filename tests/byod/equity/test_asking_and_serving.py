"""Asking for a loan, at both doors; serving it, twice, and taking it back."""

from __future__ import annotations

import pytest
from django.utils import timezone

from byod.actions.equity.ask_request import Wants, ask_request
from byod.actions.equity.serve import serve_request, unserve_request
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.equity.served import ServedPupil
from byod.models.people.members import Member
from inventory.access import DecisionImpossible
from schools.models import AuditEntry
from tests.byod.equity.made import make_class, make_pupil, make_request, this_year

pytestmark = pytest.mark.django_db


def test_a_family_asks_and_asking_again_completes(cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    first = ask_request(pupil, Wants(), by=None)
    again = ask_request(pupil, Wants(device=False, line=True), by=cast.claire)
    assert again.pk == first.pk
    assert LoanRequest.objects.count() == 1
    again.refresh_from_db()
    assert (again.wants_device, again.wants_charger, again.wants_line) == (True, True, True)
    told = AuditEntry.objects.filter(object_id=str(first.pk)).values_list("action", "actor_text")
    assert set(told) == {
        ("ask_loan", "Préau"),
        ("complete_loan_request", str(cast.claire)),
    }
    assert pupil.pseudonym not in str(list(AuditEntry.objects.values()))


def test_nobody_asks_for_a_pupil_they_do_not_see(cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    for stranger in (cast.karl, cast.sofia, cast.odile, cast.veronique, cast.thomas):
        with pytest.raises(Member.DoesNotExist):
            ask_request(pupil, Wants(), by=stranger)


def test_a_charger_alone_and_a_pupil_who_left_are_refused_in_words(cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    with pytest.raises(DecisionImpossible, match="un appareil, une connexion"):
        ask_request(pupil, Wants(device=False, line=False), by=cast.claire)
    Member.objects.update(left_on=timezone.localdate())
    with pytest.raises(DecisionImpossible, match="présent"):
        ask_request(pupil, Wants(), by=cast.claire)


def test_only_what_is_granted_is_served_and_once(cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    request = make_request(pupil)
    now = timezone.now()
    with pytest.raises(DecisionImpossible, match="à décider"):
        serve_request(request, now)
    LoanRequest.objects.update(state=RequestState.GRANTED, decided_at=now)
    assert serve_request(request, now).served_at == now
    assert serve_request(request, timezone.now()).served_at == now
    served = ServedPupil.objects.get(member=pupil)
    assert (served.times, served.last_year) == (1, this_year())


def test_taking_it_back_counts_it_back(cast):
    pupil = make_pupil(make_class(cast.tilleuls))
    request = make_request(pupil, state=RequestState.GRANTED)
    serve_request(request, timezone.now())
    assert unserve_request(request).state == RequestState.GRANTED
    assert unserve_request(request).state == RequestState.GRANTED
    served = ServedPupil.objects.get(member=pupil)
    assert (served.times, served.last_year) == (0, None)

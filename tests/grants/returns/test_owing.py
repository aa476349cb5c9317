"""What a project owes: noted once, moved by deliveries, reminded in turn, never blocked."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.grants.actions.returns.obligations import (
    answer_extension,
    ask_extension,
    follow_deliveries,
    grant_extension,
    note_obligations,
)
from inventory.grants.actions.returns.reminders import mail_reminders, note_reminders
from inventory.grants.actions.returns.snapshot import keep_snapshot
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.returns.obligations import Obligation, ReturnNotice
from inventory.grants.models.returns.snapshots import IndicatorSnapshot
from inventory.grants.rules.returns.due import due_on, stage_of, standing
from inventory.grants.rules.returns.licences import LICENCES, licence_of
from tests.grants.calls.made import make_application, make_award, make_call
from tests.grants.returns.made import make_obligation, make_owing, make_resource

TODAY = dt.date(2026, 11, 26)


def test_days_are_those_of_the_calendar():
    assert due_on(dt.date(2026, 8, 31), 6) == dt.date(2027, 2, 28)
    assert due_on(dt.date(2026, 11, 26), 12) == dt.date(2027, 11, 26)


@pytest.mark.parametrize(
    ("days", "stage"),
    [
        *((61, ""), (60, "soon"), (15, "soon"), (14, "near"), (0, "near"), (-1, "late")),
        *((-30, "late"), (-31, "authority"), (-60, "authority"), (-61, "officer")),
    ],
)
def test_who_is_told_follows_from_the_days_left(days, stage):
    assert stage_of(TODAY + dt.timedelta(days=days), TODAY) == stage


def test_what_is_handed_in_is_never_late():
    past = TODAY - dt.timedelta(days=400)
    assert standing(past, TODAY, 2, 1, 1) == "waiting"
    assert standing(past, TODAY, 2, 2, 0) == "done"
    assert standing(past, TODAY, 2, 1, 0) == "late"


def test_two_answers_make_each_of_the_six_licences():
    made = {licence_of(change, sell) for change in ("yes", "alike", "no") for sell in ("yes", "no")}
    assert made == set(LICENCES)
    assert LICENCES["cc-by-nc-sa"].url == "https://creativecommons.org/licenses/by-nc-sa/4.0/"


def test_an_award_owes_once_and_nothing_where_the_call_asks_for_nothing(cast):
    make_award(make_application(make_call(), cast.tilleuls, cast.bernard), cast.odile)
    award = make_owing(cast.tilleuls, cast.bernard, owed=2, months=6)
    assert note_obligations(timezone.now()) == 1
    assert note_obligations(timezone.now()) == 0
    row = Obligation.objects.get()
    assert (row.award, row.owed) == (award, 2)
    assert row.due_on == due_on(timezone.localdate(), 6)


def test_a_lapsed_award_owes_nothing_more(cast):
    row = make_obligation(cast.tilleuls, cast.bernard)
    Award.objects.filter(pk=row.award_id).update(state="lapsed")
    note_obligations(timezone.now())
    row.refresh_from_db()
    assert row.lifted_on == timezone.localdate()
    assert not Obligation.objects.owing().exists()


def test_a_delivery_moves_the_due_day_and_never_shortens_an_extension(cast):
    row = make_obligation(cast.tilleuls, cast.bernard, months=6)
    first = row.due_on
    later = row.counts_from + dt.timedelta(days=90)
    assert follow_deliveries({row.award_id: later}) == 1
    assert follow_deliveries({row.award_id: later}) == 0
    row.refresh_from_db()
    assert row.due_on == due_on(later, 6) > first
    far = row.due_on + dt.timedelta(days=200)
    grant_extension(cast.odile, row, far, "Travaux", timezone.now())
    follow_deliveries({row.award_id: later + dt.timedelta(days=10)})
    row.refresh_from_db()
    assert row.due_on == far


def test_an_extension_has_a_reason_and_one_answer(cast):
    row = make_obligation(cast.tilleuls, cast.bernard)
    wanted = row.due_on + dt.timedelta(days=30)
    with pytest.raises(DecisionImpossible, match="Dites pourquoi"):
        ask_extension(cast.claire, row, wanted, " ")
    with pytest.raises(DecisionImpossible, match="doit suivre"):
        ask_extension(cast.claire, row, row.due_on, "Travaux")
    with pytest.raises(DecisionRefused):
        ask_extension(cast.karl, row, wanted, "Travaux")
    asked = ask_extension(cast.claire, row, wanted, "Travaux")
    with pytest.raises(DecisionImpossible, match="attend déjà"):
        ask_extension(cast.bernard, row, wanted, "Encore")
    with pytest.raises(DecisionImpossible, match="Dites pourquoi"):
        answer_extension(cast.odile, asked, False, "", timezone.now())
    answer_extension(cast.odile, asked, False, "Un mois suffit.", timezone.now())
    with pytest.raises(DecisionImpossible, match="déjà reçu"):
        answer_extension(cast.odile, asked, True, "", timezone.now())
    row.refresh_from_db()
    assert row.extended_to is None


def test_school_then_authority_then_officers_are_told_once_each(cast):
    row = make_obligation(cast.tilleuls, cast.bernard)
    told = {}
    for late in (-70, -60, 1, 1, 31, 61):
        note_reminders(row.due_on + dt.timedelta(days=late))
        mail_reminders()
        told[late] = sorted(one.to[0] for one in mail.outbox)
        mail.outbox.clear()
    school = ["bernard@example.org", "claire@example.org"]
    assert told == {
        -70: [],
        -60: school,
        1: [],  # asked a second time: nobody is told twice
        31: ["veronique@example.org"],
        61: ["odile@example.org"],
    }
    assert ReturnNotice.objects.filter(stage="late").count() == 2
    assert Obligation.objects.owing().get() == row  # nothing was blocked


def test_who_has_handed_in_is_reminded_no_more(cast):
    row = make_obligation(cast.tilleuls, cast.bernard)
    note_reminders(row.due_on)
    make_resource(row, cast.claire)
    assert mail_reminders() == 0
    assert note_reminders(row.due_on + dt.timedelta(days=40)) == 0


def test_figures_are_kept_once_a_day_and_stay(cast):
    row = make_obligation(cast.tilleuls, cast.bernard)
    make_resource(row, cast.claire, "accepted", cast.odile)
    day = timezone.localdate()
    assert keep_snapshot(day) > 0
    assert keep_snapshot(day) == 0
    kept = IndicatorSnapshot.objects.get(key="K14", year=None, by="")
    assert (kept.value, kept.taken_on) == (1, day)
    make_resource(row, cast.claire, "accepted", cast.odile)
    assert IndicatorSnapshot.objects.get(pk=kept.pk).value == 1

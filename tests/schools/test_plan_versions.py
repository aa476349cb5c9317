"""The transition plan: drafted, submitted and frozen, judged by an officer without ties."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from schools.access import DecisionRefused, SignatureRefused
from schools.actions.decide_plan import approve_plan, remark_plan, return_plan
from schools.actions.start_plan import start_plan
from schools.actions.submit_plan import PlanIncomplete, missing_in, submit_plan, withdraw_plan
from schools.actions.write_plan import SiteWords, write_answer, write_site
from schools.actions.write_together import WrittenMeanwhile
from schools.models import AuditEntry, PlanState, Role, School, Site, TransitionPlan
from tests.cast import Cast, make_person
from tests.schools.papers import fill_plan, make_draft


@pytest.fixture
def draft(cast: Cast) -> TransitionPlan:
    return make_draft(cast.bernard, cast.tilleuls.school.pk)


def state_of(plan: TransitionPlan) -> str:
    return TransitionPlan.objects.get(pk=plan.pk).state


def test_a_plan_lives_from_draft_to_superseded(cast: Cast, draft: TransitionPlan):
    today, school = timezone.localdate(), cast.tilleuls.school
    submit_plan(cast.bernard, draft.pk)
    return_plan(cast.odile, draft.pk, "Précisez le budget.")
    second = start_plan(cast.bernard, school.pk)
    assert second.version == 2
    assert second.answers.get(question="budget").body == "Oui."
    known = second.answers.get(question="budget")
    write_answer(cast.bernard, second.pk, "budget", "5 000 € par an", known.revision)
    submit_plan(cast.bernard, second.pk)
    assert not School.objects.with_approved_plan(today).exists()
    approve_plan(cast.odile, second.pk)
    assert list(School.objects.with_approved_plan(today)) == [school]
    third = start_plan(cast.bernard, school.pk)
    submit_plan(cast.bernard, third.pk)
    approve_plan(cast.odile, third.pk)
    assert [state_of(p) for p in (draft, second, third)] == ["returned", "superseded", "approved"]
    assert draft.answers.get(question="budget").body == "Oui."
    told = AuditEntry.objects.filter(site=cast.tilleuls).values_list("action", flat=True)
    assert set(told) >= {"start_plan", "submit_plan", "return_plan", "approve_plan"}


def test_what_is_missing_is_named_and_nothing_is_submitted(cast: Cast):
    plan = start_plan(cast.bernard, cast.tilleuls.school.pk)
    fill_plan(cast.bernard, plan)
    row = plan.answers.get(question="training")
    write_answer(cast.bernard, plan.pk, "training", "  ", row.revision)
    told = plan.plan_sites.get()
    write_site(cast.bernard, plan.pk, cast.tilleuls.pk, SiteWords(True), told.revision)
    with pytest.raises(PlanIncomplete) as refused:
        submit_plan(cast.bernard, plan.pk)
    told = [(part.anchor, str(part.what)) for part in refused.value.missing]
    assert [anchor for anchor, _what in told] == [f"s-{cast.tilleuls.pk}"] * 3 + ["q-training"]
    assert "le réseau existant" in told[0][1]
    assert state_of(plan) == PlanState.DRAFT


def test_a_site_that_asks_for_nothing_needs_no_more_and_one_left_out_is_named(cast: Cast):
    plan = make_draft(cast.bernard, cast.tilleuls.school.pk, asks=False)
    assert missing_in(plan) == []
    Site.objects.create(
        school=cast.tilleuls.school, name="Annexe", municipality=cast.tilleuls.municipality
    )
    assert ["Annexe" in str(part.what) for part in missing_in(plan)] == [True]


@pytest.mark.parametrize("state", ["submitted", "returned", "approved"])
def test_a_submitted_version_is_frozen_in_the_database(cast: Cast, draft, state: str):
    submit_plan(cast.bernard, draft.pk)
    if state == "returned":
        return_plan(cast.odile, draft.pk, "À revoir")
    if state == "approved":
        approve_plan(cast.odile, draft.pk)
    with pytest.raises(DecisionRefused, match="ne se modifie plus"):
        write_answer(cast.bernard, draft.pk, "aims", "Autre", 1)
    for rows in (draft.answers, draft.plan_sites):
        with pytest.raises(DatabaseError, match="Only a draft"), transaction.atomic():
            rows.update(revision=99)
        with pytest.raises(DatabaseError, match="Only a draft"), transaction.atomic():
            rows.all().delete()
    plans = TransitionPlan.objects.filter(pk=draft.pk)
    for change in ({"state": "draft"}, {"version": 9}, {"approved_on": dt.date(2020, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            plans.update(**change)
    with pytest.raises(DatabaseError, match="Only a draft"), transaction.atomic():
        plans.delete()


def test_one_in_hand_and_one_approved_per_school(cast: Cast, draft: TransitionPlan):
    assert start_plan(cast.bernard, draft.school_id) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        TransitionPlan.objects.create(school=draft.school, version=2)
    submit_plan(cast.bernard, draft.pk)
    with pytest.raises(DecisionRefused, match="Reprenez-la"):
        start_plan(cast.bernard, draft.school_id)


def test_a_double_tap_decides_once(cast: Cast, draft: TransitionPlan):
    for _tap in range(2):
        submit_plan(cast.bernard, draft.pk)
    for _tap in range(2):
        approve_plan(cast.odile, draft.pk)
    told = AuditEntry.objects.filter(action__in=["submit_plan", "approve_plan"])
    assert told.count() == 2


def test_taken_back_it_goes_on_as_the_next_draft(cast: Cast, draft: TransitionPlan):
    submit_plan(cast.bernard, draft.pk)
    following = withdraw_plan(cast.bernard, draft.pk)
    assert (state_of(draft), following.state, following.version) == ("withdrawn", "draft", 2)
    assert withdraw_plan(cast.bernard, draft.pk) == following
    assert missing_in(following) == []
    with pytest.raises(SignatureRefused, match="pas à l’examen"):
        approve_plan(cast.odile, draft.pk)


def test_the_school_and_the_po_do_not_judge_their_own_plan(cast: Cast, draft: TransitionPlan):
    submit_plan(cast.bernard, draft.pk)
    for who in (cast.bernard, cast.veronique):
        with pytest.raises(SignatureRefused):
            approve_plan(who, draft.pk)
    for who in (cast.claire, cast.karl, cast.sofia, cast.thomas):
        with pytest.raises(TransitionPlan.DoesNotExist):
            approve_plan(who, draft.pk)


@pytest.mark.parametrize("place", ["school", "authority", "site"])
def test_an_officer_with_ties_past_or_present_is_refused(cast: Cast, draft, place: str):
    submit_plan(cast.bernard, draft.pk)
    where = {
        "school": {"kind": "contact", "school": draft.school},
        "authority": {"kind": "authority", "authority": draft.school.authority},
        "site": {"kind": "head", "site": cast.tilleuls},
    }[place]
    ended = dt.date(2026, 1, 31)
    Role.objects.create(user=cast.odile, from_on=dt.date(2025, 9, 1), to_on=ended, **where)
    for decide in (approve_plan, lambda who, pk: return_plan(who, pk, "Non")):
        with pytest.raises(SignatureRefused, match="un autre agent"):
            decide(cast.odile, draft.pk)
    other = make_person("Oscar Exemple", "officer", region=True)
    assert approve_plan(other, draft.pk).state == PlanState.APPROVED


def test_it_is_not_sent_back_without_reasons(cast: Cast, draft: TransitionPlan):
    submit_plan(cast.bernard, draft.pk)
    with pytest.raises(DecisionRefused, match="Dites à l’école"):
        return_plan(cast.odile, draft.pk, "  ")
    assert state_of(draft) == PlanState.SUBMITTED


def test_who_sees_which_version(cast: Cast, draft: TransitionPlan):
    def seen_by() -> set[str]:
        people = ["sofia", "thomas", "claire", "bernard", "veronique", "karl", "odile"]
        return {
            who
            for who in people
            if TransitionPlan.objects.visible_to(getattr(cast, who)).filter(pk=draft.pk).exists()
        }

    assert seen_by() == {"bernard", "veronique"}
    submit_plan(cast.bernard, draft.pk)
    assert seen_by() == {"bernard", "veronique", "odile"}
    approve_plan(cast.odile, draft.pk)
    assert seen_by() == {"bernard", "veronique", "odile", "sofia", "thomas", "claire"}


def test_two_editors_of_one_answer_lose_nothing(cast: Cast, draft: TransitionPlan):
    ada = make_person("Ada Exemple", "head", school=draft.school)
    read = draft.answers.get(question="aims").revision
    first = write_answer(cast.bernard, draft.pk, "aims", "Celui de Bernard", read)
    with pytest.raises(WrittenMeanwhile) as meanwhile:
        write_answer(ada, draft.pk, "aims", "Celui d’Ada", read)
    assert meanwhile.value.row.body == "Celui de Bernard"
    assert meanwhile.value.row.edited_by == cast.bernard
    both = "Celui de Bernard\n\nCelui d’Ada"
    assert write_answer(ada, draft.pk, "aims", both, first.revision).revision == first.revision + 1
    # the same words by both are no quarrel
    assert write_answer(cast.bernard, draft.pk, "aims", both, 0).body == both


def test_two_editors_of_one_site_lose_nothing(cast: Cast, draft: TransitionPlan):
    read = draft.plan_sites.get().revision
    write_site(cast.bernard, draft.pk, cast.tilleuls.pk, SiteWords(False), read)
    with pytest.raises(WrittenMeanwhile):
        write_site(cast.bernard, draft.pk, cast.tilleuls.pk, SiteWords(True, "x"), read)


def test_only_the_head_writes_and_only_about_her_school(cast: Cast, draft: TransitionPlan):
    with pytest.raises(SignatureRefused):
        write_answer(cast.veronique, draft.pk, "aims", "PO", 1)
    with pytest.raises(TransitionPlan.DoesNotExist):
        write_answer(cast.karl, draft.pk, "aims", "Karl", 1)
    with pytest.raises(Site.DoesNotExist):
        write_site(cast.bernard, draft.pk, cast.peupliers.pk, SiteWords(True), 0)
    with pytest.raises(DecisionRefused, match="caractères"):
        write_answer(cast.bernard, draft.pk, "aims", "a" * 8001, 1)


def test_the_po_and_officers_remark_once_a_tap(cast: Cast, draft: TransitionPlan):
    for _tap in range(2):
        remark_plan(cast.veronique, draft.pk, "Le budget est voté.")
    submit_plan(cast.bernard, draft.pk)
    remark_plan(cast.odile, draft.pk, "Merci.")
    assert [r.body for r in draft.remarks.all()] == ["Le budget est voté.", "Merci."]
    approve_plan(cast.odile, draft.pk)
    with pytest.raises(SignatureRefused):
        remark_plan(cast.claire, draft.pk, "Moi aussi")


def test_a_site_is_entitled_when_it_asked_and_the_plan_is_approved(cast: Cast):
    today, school = timezone.localdate(), cast.tilleuls.school
    annex = Site.objects.create(school=school, name="Annexe", municipality=cast.saules.municipality)
    plan = make_draft(cast.bernard, school.pk)
    told = plan.plan_sites.get(site=annex)
    write_site(cast.bernard, plan.pk, annex.pk, SiteWords(False), told.revision)
    submit_plan(cast.bernard, plan.pk)
    assert not Site.objects.entitled_to_lan(today).exists()
    approve_plan(cast.odile, plan.pk)
    assert list(Site.objects.entitled_to_lan(today)) == [cast.tilleuls]
    assert set(Site.objects.with_approved_plan(today)) == {cast.tilleuls, annex}
    assert not Site.objects.entitled_to_lan(today - dt.timedelta(days=1)).exists()
    # a site that goes to another school leaves the plan of this one behind
    Site.objects.filter(pk=cast.tilleuls.pk).update(school=cast.saules.school)
    assert not Site.objects.entitled_to_lan(today).exists()

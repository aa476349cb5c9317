"""From a list to decisions, letters, the reserve, reconsiderations and public results."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.access import DecisionRefused
from inventory.grants.actions.review.adopt_ranking import Condition, adopt_ranking
from inventory.grants.actions.review.follow_decisions import (
    acknowledge_letter,
    lapse_award,
    left_of,
    meet_condition,
    move_reserve_up,
    publish_results,
    set_aside_left,
)
from inventory.grants.actions.review.make_run import keep_variant, rerun
from inventory.grants.actions.review.reconsider import (
    answer_reconsideration,
    ask_reconsideration,
    take_reconsideration,
)
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import ApplicationState
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.calls.published import CallState
from inventory.grants.models.review.decisions import Decision, Letter, ReconsiderationState
from inventory.grants.models.review.rankings import RankingRun
from inventory.grants.rules.review.trial import Trial
from schools.models import AuditEntry, Community, Role, RoleKind
from tests.cast import make_person
from tests.grants.calls.made import make_application, make_award, make_call
from tests.grants.review.made import given, judged, make_scene


@pytest.fixture
def scene(cast):
    """Budget 30,000: 100 points for 12,000, 80 for 24,000, 60 for 12,000 (strict)."""
    found = make_scene(cast.odile)
    found.judge((5, 5), (4, 4), (3, 3))
    return found


def outcomes(run):
    return [(row["rank"], row["outcome"], row["why"]) for row in run.result]


def later(days=1):
    return timezone.localdate() + dt.timedelta(days=days)


def test_a_run_is_stored_with_its_inputs_and_made_again_to_the_same_list(scene):
    run = scene.run()
    assert outcomes(run) == [
        (1, "retained", "fits"),
        (2, "reserve", "too_large"),
        (3, "reserve", "cut"),
    ]
    again = rerun(run)
    assert again.same
    assert again.result_sha256 == run.result_sha256
    assert scene.run() == run  # nothing changed: the same run stands
    with pytest.raises(IntegrityError, match="run"), transaction.atomic():
        RankingRun.objects.filter(pk=run.pk).update(result=[])


def test_a_variant_is_kept_beside_the_list_and_never_adopted(scene, cast):
    run = scene.run()
    trial = Trial(budget=Decimal(40_000))
    variant = keep_variant(cast.odile, run, trial, "Plus de moyens", timezone.now())
    assert [row["outcome"] for row in variant.result] == ["retained", "retained", "reserve"]
    with pytest.raises(ReviewRefused, match="variante"):
        adopt_ranking(cast.odile, variant.pk, {}, timezone.now())
    with pytest.raises(ReviewRefused):
        keep_variant(cast.odile, run, Trial(), "Rien", timezone.now())
    with pytest.raises(ReviewRefused, match="poids"):
        keep_variant(cast.odile, run, Trial(weights={"pertinence": Decimal(0)}), "", timezone.now())


def test_adopting_decides_every_file_once(scene, cast):
    run = scene.run()
    made = adopt_ranking(cast.odile, run.pk, {}, timezone.now())
    assert [one.outcome for one in made] == ["awarded", "reserve", "reserve"]
    again = adopt_ranking(cast.odile, run.pk, {}, timezone.now())
    assert [one.pk for one in again] == [one.pk for one in made]
    award = Award.objects.get(application=scene.files[0])
    assert (award.amount, award.state, award.kits.get().quantity) == (12_000, AwardState.GRANTED, 1)
    scene.files[1].refresh_from_db()
    assert scene.files[1].state == ApplicationState.RESERVE
    assert Letter.objects.count() == 3
    assert AuditEntry.objects.filter(action="decide_application").count() == 3
    with pytest.raises(IntegrityError, match="decision"), transaction.atomic():
        Decision.objects.update(amount=1)
    assert rerun(run).same
    assert scene.run() == run  # decided files still give the list they were decided by


def test_a_list_whose_facts_changed_is_not_adopted(scene, cast):
    run = scene.run()
    make_award(make_scene_file(scene), cast.odile)  # never awarded before: no longer true
    with pytest.raises(ReviewRefused, match="a changé"):
        adopt_ranking(cast.odile, run.pk, {}, timezone.now())
    assert adopt_ranking(cast.odile, scene.run().pk, {}, timezone.now())


def make_scene_file(scene):
    return make_application(
        make_call(), scene.files[0].site, scene.officer, kit=scene.kit, title="Avant"
    )


def test_a_missing_review_keeps_the_list_from_being_adopted(cast):
    found = make_scene(cast.odile)
    judged(given(cast.odile, found.files[0], found.seats[0]))
    with pytest.raises(ReviewRefused, match="examen"):
        adopt_ranking(cast.odile, found.run().pk, {}, timezone.now())


def test_an_officer_with_a_tie_adopts_nothing(scene):
    oscar = make_person("Oscar Exemple", RoleKind.OFFICER, region=True)
    Role.objects.create(user=oscar, kind=RoleKind.CONTACT, school=scene.files[0].site.school)
    with pytest.raises(DecisionRefused, match="lien"):
        adopt_ranking(oscar, scene.run().pk, {}, timezone.now())
    with pytest.raises(DecisionRefused):
        adopt_ranking(scene.people[0], scene.run().pk, {}, timezone.now())


def test_a_condition_is_met_or_the_award_lapses_and_the_reserve_moves_up(scene, cast):
    reference = scene.files[0].reference
    conditions = {reference: Condition("Câbler la salle.", later(10))}
    made = adopt_ranking(cast.odile, scene.run().pk, conditions, timezone.now())
    first = made[0]
    assert (first.outcome, first.condition_state) == ("conditional", "open")
    assert left_of(scene.call) == 18_000
    assert move_reserve_up(cast.odile, scene.call, timezone.now()) == []  # 24,000 do not fit
    with pytest.raises(ReviewRefused, match="a jusqu’au"):
        lapse_award(cast.odile, first.pk, timezone.now())
    late = timezone.now() + dt.timedelta(days=12)
    lapsed = lapse_award(cast.odile, first.pk, late)
    assert (lapsed.number, lapsed.outcome) == (2, "refused")
    assert "n’est pas remplie" in " ".join(lapsed.letter.content["facts"])
    scene.files[0].refresh_from_db()
    assert scene.files[0].state == ApplicationState.REFUSED
    assert Award.objects.get(application=scene.files[0]).state == AwardState.LAPSED
    moved = move_reserve_up(cast.odile, scene.call, late)
    assert [(one.application_id, one.outcome) for one in moved] == [(scene.files[1].pk, "awarded")]
    assert "s’est libéré" in " ".join(moved[0].letter.content["facts"])
    assert left_of(scene.call) == 6_000
    assert move_reserve_up(cast.odile, scene.call, late) == []


def test_a_met_condition_makes_the_award_whole(scene, cast):
    conditions = {scene.files[0].reference: Condition("Câbler la salle.", later(10))}
    first = adopt_ranking(cast.odile, scene.run().pk, conditions, timezone.now())[0]
    meet_condition(cast.odile, first.pk, timezone.now())
    assert Award.objects.get(application=scene.files[0]).state == AwardState.GRANTED
    with pytest.raises(ReviewRefused):
        lapse_award(cast.odile, first.pk, timezone.now() + dt.timedelta(days=12))


@pytest.mark.parametrize(
    ("n", "text", "days"), [(1, "Câbler la salle.", 10), (0, " ", 10), (0, "Câbler.", 0)]
)
def test_a_condition_needs_a_retained_file_a_text_and_a_day_to_come(scene, cast, n, text, days):
    conditions = {scene.files[n].reference: Condition(text, later(days))}
    with pytest.raises(ReviewRefused):
        adopt_ranking(cast.odile, scene.run().pk, conditions, timezone.now())
    assert not Decision.objects.exists()


def test_letters_tell_reasons_criteria_and_remedies_in_the_language_of_the_school(cast):
    found = make_scene(cast.odile)
    school = found.files[2].site.school
    type(school).objects.filter(pk=school.pk).update(community=Community.DG)
    found.judge((5, 5), (4, 4), (1, 4))
    made = adopt_ranking(cast.odile, found.run().pk, {}, timezone.now())
    french, german = made[0].letter, made[2].letter
    assert (french.language, german.language) == ("fr", "de")
    told = " ".join(german.content["facts"])
    assert "In pädagogischer Hinsicht" not in told  # both said valid: the threshold speaks
    assert "Die pädagogischen Kriterien erreichen 20,0\u00a0%" in told
    assert "„Pädagogischer Nutzen“ erhält 1,0 Punkte" in told
    assert german.content["decision"][0].startswith(
        "Ihr Projekt „Projet zinnia 3“ ist nicht angenommen"
    )
    assert german.content["criteria"][0][0] == "Pädagogischer Nutzen"
    assert "À revoir." in german.content["criteria"][0][3]
    assert "29. Juli 1991" in " ".join(german.content["law"])
    assert "60 Tagen" in " ".join(german.content["remedies"])
    assert "29 juillet 1991" in " ".join(french.content["law"])
    assert "60 jours" in " ".join(french.content["remedies"])
    assert "note est de 100,0 sur 100" in " ".join(french.content["facts"])
    assert not any(person.full_name in str(french.content) for person in found.people)


def test_a_letter_is_read_by_the_head_once(scene, cast):
    first = adopt_ranking(cast.odile, scene.run().pk, {}, timezone.now())[0]
    head = make_person("Henri Exemple", RoleKind.HEAD, school=scene.files[0].site.school)
    with pytest.raises(DecisionRefused):
        acknowledge_letter(cast.bernard, first.letter.pk, timezone.now())
    read = acknowledge_letter(head, first.letter.pk, timezone.now())
    assert read.read_by == head
    again = acknowledge_letter(head, first.letter.pk, timezone.now() + dt.timedelta(days=1))
    assert again.read_at == read.read_at


@pytest.fixture
def refused(cast):
    """A third file refused by opinion, with 12,000 set aside for reconsiderations."""
    found = make_scene(
        cast.odile, budget=Decimal(60_000), ranking={"method": "strict", "appeal_percent": 20}
    )
    found.judge((5, 5), (4, 4), (1, 4))
    made = adopt_ranking(cast.odile, found.run().pk, {}, timezone.now())
    head = make_person("Henri Exemple", RoleKind.HEAD, school=found.files[2].site.school)
    return found, made[2], head


def test_a_reconsideration_goes_to_somebody_else_and_is_paid_from_what_was_set_aside(refused, cast):
    found, decision, head = refused
    now = timezone.now()
    assert set_aside_left(found.call) == 12_000
    with pytest.raises(DecisionRefused):
        ask_reconsideration(cast.bernard, decision.pk, "Relisez.", now)
    asked = ask_reconsideration(head, decision.pk, "La salle est câblée.", now)
    assert ask_reconsideration(head, decision.pk, "Encore.", now) == asked
    with pytest.raises(DecisionRefused, match="déjà eu"):
        take_reconsideration(cast.odile, asked.pk, now)
    oscar = make_person("Oscar Exemple", RoleKind.OFFICER, region=True)
    olga = make_person("Olga Exemple", RoleKind.OFFICER, region=True)
    take_reconsideration(oscar, asked.pk, now)
    with pytest.raises(DecisionRefused, match="Oscar"):
        take_reconsideration(olga, asked.pk, now)
    with pytest.raises(ReviewRefused):
        answer_reconsideration(oscar, asked.pk, " ", now, change=True)
    done = answer_reconsideration(oscar, asked.pk, "Le projet est clair.", now, change=True)
    assert done.state == ReconsiderationState.CHANGED
    assert done.result.outcome == "awarded"
    assert Award.objects.get(application=found.files[2]).amount == 12_000
    assert set_aside_left(found.call) == 0
    assert left_of(found.call) == 12_000


def test_a_reconsideration_upheld_keeps_the_decision_and_a_late_one_is_refused(refused, cast):
    _found, decision, head = refused
    now = timezone.now()
    with pytest.raises(DecisionRefused, match="jusqu’au"):
        ask_reconsideration(head, decision.pk, "Tard.", now + dt.timedelta(days=31))
    asked = ask_reconsideration(head, decision.pk, "Relisez.", now)
    oscar = make_person("Oscar Exemple", RoleKind.OFFICER, region=True)
    take_reconsideration(oscar, asked.pk, now)
    done = answer_reconsideration(oscar, asked.pk, "Le seuil reste le seuil.", now, change=False)
    assert (done.state, done.result) == (ReconsiderationState.UPHELD, None)
    assert decision.application.decisions.count() == 1


def test_results_become_public_once(scene, cast):
    with pytest.raises(ReviewRefused):
        publish_results(cast.odile, scene.call, timezone.now())
    adopt_ranking(cast.odile, scene.run().pk, {}, timezone.now())
    first = publish_results(cast.odile, scene.call, timezone.now())
    assert publish_results(cast.odile, scene.call, timezone.now()) == first
    scene.call.refresh_from_db()
    assert scene.call.state == CallState.DECIDED

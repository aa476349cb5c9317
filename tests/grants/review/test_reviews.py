"""A review: saved as it is written, frozen for good, hidden until all are; a third if two part."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.access import DecisionRefused
from inventory.grants.actions.review.ask_question import answer_question, ask_question
from inventory.grants.actions.review.assign import assign_call
from inventory.grants.actions.review.refusals import ReadMeanwhile, ReviewRefused
from inventory.grants.actions.review.save_review import freeze_review, save_draft
from inventory.grants.models.review.judgements import Assignment, Question, Review
from schools.models import AuditEntry, Role, RoleKind
from tests.cast import make_person
from tests.grants.review.made import (
    GOOD,
    appointed,
    given,
    judged,
    make_reviewer,
    make_scene,
    marks,
)


@pytest.fixture
def scene(cast):
    return make_scene(cast.odile)


def read_by(user):
    return set(Review.objects.visible_to(user).values_list("pk", flat=True))


def test_scores_stay_hidden_from_each_other_until_both_are_frozen(scene, cast):
    one, two = (given(cast.odile, scene.files[0], seat) for seat in scene.seats)
    mine = judged(one)
    now = timezone.now()
    draft = save_draft(scene.people[1], two.pk, GOOD, 1, now)
    assert read_by(scene.people[0]) == {mine.pk}
    assert read_by(scene.people[1]) == {draft.pk}
    assert read_by(cast.odile) == set()
    freeze_review(scene.people[1], two.pk, draft.revision, now)
    assert read_by(scene.people[0]) == read_by(cast.odile) == {mine.pk, draft.pk}
    assert read_by(cast.bernard) == set()


def test_the_school_does_not_read_in_its_journal_who_judges(scene, cast):
    judged(given(cast.odile, scene.files[0], scene.seats[0]))
    told = AuditEntry.objects.filter(site=scene.files[0].site)
    assert not any(
        person.full_name in f"{one.actor_text} {one.after}"
        for one in told
        for person in scene.people
    )


def test_one_review_alone_is_not_shown_where_two_are_asked_for(scene, cast):
    judged(given(cast.odile, scene.files[0], scene.seats[0]))
    assert read_by(cast.odile) == set()


def test_reviews_far_apart_call_for_a_third_who_sees_neither(scene, cast):
    nina = make_reviewer("Nina Exemple")
    appointed(cast.odile, scene.call, nina)
    one, two = (given(cast.odile, scene.files[0], seat) for seat in scene.seats)
    judged(one, marks=marks(5, 5))
    assert Assignment.objects.filter(application=scene.files[0]).count() == 2
    judged(two, marks=marks(3, 3))  # 60 against 100
    third = Assignment.objects.get(application=scene.files[0], seat=3)
    assert third.appointment.user == nina
    assert AuditEntry.objects.filter(action="ask_third_review").exists()
    assert read_by(nina) == set()
    assert read_by(cast.odile) == set()
    judged(third, marks=marks(4, 4))
    assert len(read_by(nina)) == 3
    assert Assignment.objects.filter(application=scene.files[0]).count() == 3


def test_a_frozen_review_is_a_fact(scene, cast):
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    row = judged(seat)
    assert row.total == 80
    with pytest.raises(ReviewRefused, match="figé"):
        save_draft(scene.people[0], seat.pk, {"remark": "Non."}, row.revision, timezone.now())
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Review.objects.filter(pk=row.pk).update(total=99)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Review.objects.filter(pk=row.pk).delete()


def test_two_windows_of_one_reviewer_lose_nothing(scene, cast):
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    now = timezone.now()
    first = save_draft(scene.people[0], seat.pk, {"marks": {"pertinence": 3}}, 1, now)
    with pytest.raises(ReadMeanwhile):
        save_draft(scene.people[0], seat.pk, {"marks": {"pertinence": 1}}, 1, now)
    kept = save_draft(scene.people[0], seat.pk, {"remark": "Bien."}, first.revision, now)
    assert (kept.marks, kept.remark) == ({"pertinence": 3}, "Bien.")


@pytest.mark.parametrize(
    "values",
    [
        {"marks": {"inconnu": 1}},
        {"marks": {"pertinence": 6}},
        {"marks": {"pertinence": -1}},
        {"marks": {"pertinence": True}},
        {"marks": {"pertinence": "5"}},
        {"comments": {"inconnu": "?"}},
        {"pedagogical": "oui"},
    ],
)
def test_what_the_grid_does_not_know_is_refused(scene, cast, values):
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    with pytest.raises(ReviewRefused):
        save_draft(scene.people[0], seat.pk, values, 1, timezone.now())


def test_it_says_what_is_missing_before_it_freezes(scene, cast):
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    now = timezone.now()
    row = save_draft(scene.people[0], seat.pk, {"marks": {"pertinence": 1}}, 1, now)
    with pytest.raises(ReviewRefused, match="Faisabilité"):
        freeze_review(scene.people[0], seat.pk, row.revision, now)
    told = {"marks": marks(1, 4), "pedagogical": True, "technical": True}
    row = save_draft(scene.people[0], seat.pk, told, row.revision, now)
    with pytest.raises(ReviewRefused, match="sous le seuil"):
        freeze_review(scene.people[0], seat.pk, row.revision, now)


def test_only_who_was_given_the_file_judges_it(scene, cast):
    seat = given(cast.odile, scene.files[0], scene.seats[0])
    with pytest.raises(DecisionRefused, match="quelqu’un d’autre"):
        save_draft(scene.people[1], seat.pk, GOOD, 1, timezone.now())
    with pytest.raises(DecisionRefused):
        assign_call(scene.people[0], scene.call, timezone.now())


def test_a_question_is_asked_without_a_name_and_answered_once(scene, cast):
    file = scene.files[0]
    given(cast.odile, file, scene.seats[0])
    head = make_person("Henri Exemple", RoleKind.HEAD, school=file.site.school)
    now = timezone.now()
    with pytest.raises(DecisionRefused):
        ask_question(scene.people[1], file, "Combien de prises ?", None, now)
    with pytest.raises(ReviewRefused, match="demain"):
        ask_question(scene.people[0], file, "Combien ?", now.date() - dt.timedelta(days=1), now)
    row = ask_question(scene.people[0], file, "Combien de prises ?", None, now)
    assert ask_question(scene.people[0], file, "Combien de prises ?", None, now) == row
    assert scene.people[0].full_name not in str(AuditEntry.objects.get(action="ask_school"))
    assert list(Question.objects.visible_to(head)) == [row]
    assert not Question.objects.visible_to(cast.bernard).exists()
    with pytest.raises(DecisionRefused):
        answer_question(cast.bernard, row.pk, "Douze.", now)
    assert answer_question(head, row.pk, "Douze.", now).answer == "Douze."
    assert answer_question(head, row.pk, "Douze.", now).answered_by == head
    with pytest.raises(ReviewRefused, match="déjà répondu"):
        answer_question(head, row.pk, "Treize.", now)


def test_a_head_who_reviews_reads_their_own_file_and_nothing_of_its_review(scene, cast):
    file = scene.files[0]
    person = scene.people[0]
    Role.objects.create(user=person, kind=RoleKind.HEAD, school=file.site.school)
    person = type(person).objects.get(pk=person.pk)
    for seat in (scene.seats[1], appointed(cast.odile, scene.call, make_reviewer("Nina Exemple"))):
        judged(given(cast.odile, file, seat))
    assert len(read_by(cast.odile)) == 2
    assert read_by(person) == set()
    assert not Assignment.objects.visible_to(person).exists()

"""Who is tied to a school opens nothing of its file, by no door; it is logged and given away."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from inventory.access import DecisionRefused
from inventory.grants.actions.review.appoint import appoint, change_appointment, end_appointment
from inventory.grants.actions.review.assign import assign_by_hand, assign_call, take_back
from inventory.grants.actions.review.declare_links import declare_links
from inventory.grants.actions.review.refusals import ReadMeanwhile, ReviewRefused
from inventory.grants.actions.review.save_review import save_draft
from inventory.grants.models.calls.applications import Application, AskedKit
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.appointments import Appointment, Recusal
from inventory.grants.models.review.judgements import Assignment, Review
from schools.models import AuditEntry, Role, RoleKind, Site, User
from tests.cast import make_person
from tests.grants.review.made import appointed, given, judged, make_reviewer, make_scene


@pytest.fixture
def scene(cast):
    return make_scene(cast.odile)


def fresh(user):
    """The person of the next request: roles and ties are read once per request."""
    return User.objects.get(pk=user.pk)


def sees(user, file):
    return Application.objects.visible_to(fresh(user)).filter(pk=file.pk).exists()


def test_a_reviewer_sees_only_what_was_given_once_links_are_declared(scene):
    nina = make_reviewer("Nina Exemple")
    seat = appointed(scene.officer, scene.call, nina, declared=False)
    assert not Site.objects.visible_to(nina).exists()
    assert Call.objects.visible_to(nina).filter(pk=scene.call.pk).exists()
    given(scene.officer, scene.files[0], seat)
    assert not sees(nina, scene.files[0])
    declare_links(nina, seat.pk, [], timezone.now(), none=True)
    assert sees(nina, scene.files[0])
    assert not sees(nina, scene.files[1])


@pytest.mark.parametrize("tie", ["school", "authority", "municipality", "mandate", "workplace"])
def test_the_register_knows_the_tie_and_the_file_is_gone_at_once(scene, tie):
    file, site = scene.files[0], scene.files[0].site
    person = scene.people[0]
    given(scene.officer, file, scene.seats[0])
    assert sees(person, file)
    today = timezone.localdate()
    if tie == "school":
        Role.objects.create(user=person, kind=RoleKind.CONTACT, school=site.school)
    elif tie == "authority":
        Role.objects.create(user=person, kind=RoleKind.AUTHORITY, authority=site.school.authority)
        person = fresh(person)
        # a PO reads its own school's file as its own; it is the review that is closed
        assert not Assignment.objects.visible_to(person).exists() or sees(person, file)
        return
    elif tie == "municipality":
        other = Site.objects.create(
            school=scene.files[1].site.school, name="Voisine", municipality=site.municipality
        )
        Role.objects.create(user=person, kind=RoleKind.CONTACT, site=other)
    elif tie == "mandate":
        Role.objects.create(
            user=person,
            kind=RoleKind.HEAD,
            school=site.school,
            from_on=today - dt.timedelta(days=900),
            to_on=today - dt.timedelta(days=400),
        )
    else:
        Appointment.objects.filter(pk=scene.seats[0].pk).update(workplace=site.municipality)
    assert not sees(person, file)
    person = fresh(person)
    assert not Assignment.objects.visible_to(person).filter(application=file).exists()
    assert not AskedKit.objects.all().visible_to(person).exists()
    with pytest.raises((DecisionRefused, ReviewRefused, Assignment.DoesNotExist)):
        save_draft(person, Assignment.objects.get(application=file).pk, {}, 99, timezone.now())


def test_a_declared_link_gives_the_file_to_another_and_says_who_was_kept_from_it(scene):
    nina = make_reviewer("Nina Exemple")
    appointed(scene.officer, scene.call, nina)
    file, other = scene.files[:2]
    given(scene.officer, file, scene.seats[0])
    given(scene.officer, other, scene.seats[0])
    person = scene.people[0]
    row = Appointment.objects.get(pk=scene.seats[0].pk)
    declare_links(person, row.pk, [file.site.school], timezone.now(), none=False)
    assert not sees(person, file)
    assert sees(person, other)
    recusal = Recusal.objects.get(application=file)
    assert (recusal.user, recusal.kinds, recusal.held) == (person, ["declared"], True)
    assert recusal.given_to in {nina, scene.people[1]}
    assert Assignment.objects.standing().filter(application=file).count() == 2
    assert AuditEntry.objects.filter(action="recuse_reviewer").count() == 1
    declared = AuditEntry.objects.filter(action="declare_links").last()
    assert file.site.school.name not in str(declared.after)


def test_an_officer_with_a_tie_sees_neither_the_file_nor_who_judges_it(scene, cast):
    file = scene.files[0]
    given(scene.officer, file, scene.seats[0])
    oscar = make_person("Oscar Exemple", RoleKind.OFFICER, region=True)
    assert sees(oscar, file)
    Role.objects.create(user=oscar, kind=RoleKind.CONTACT, school=file.site.school)
    assert not sees(oscar, file)
    assert not Assignment.objects.visible_to(fresh(oscar)).filter(application=file).exists()
    assert sees(cast.odile, file)


def test_no_link_and_a_link_are_not_declared_together(scene):
    nina = make_reviewer("Nina Exemple")
    seat = appointed(scene.officer, scene.call, nina, declared=False)
    now = timezone.now()
    with pytest.raises(ReviewRefused):
        declare_links(nina, seat.pk, [], now, none=False)
    with pytest.raises(ReviewRefused):
        declare_links(nina, seat.pk, [scene.files[0].site.school], now, none=True)
    with pytest.raises(DecisionRefused):
        declare_links(scene.people[0], seat.pk, [], now, none=True)


def test_the_proposal_fills_every_seat_and_leaves_conflicts_out(scene):
    tied = scene.people[0]
    Role.objects.create(user=tied, kind=RoleKind.CONTACT, school=scene.files[0].site.school)
    nina = make_reviewer("Nina Exemple")
    appointed(scene.officer, scene.call, nina)
    chosen, lacking = assign_call(scene.officer, scene.call, timezone.now())
    assert (len(chosen), lacking) == (6, [])
    held = Assignment.objects.standing().filter(application=scene.files[0])
    assert tied.pk not in set(held.values_list("appointment__user", flat=True))
    why = held.first().why
    assert why["passed"] == {"conflict": 1} or why["passed"] == {"conflict": 1, "taken": 1}
    again, _lacking = assign_call(scene.officer, scene.call, timezone.now())
    assert again == []
    with pytest.raises(ReviewRefused, match="lien"):
        assign_by_hand(scene.officer, scene.files[0], scene.seats[0].pk, timezone.now())


def test_only_officers_appoint_and_only_reviewers_and_officers_are_appointed(scene, cast):
    values = {"skills": ["technical"], "languages": ["fr"], "max_load": 3}
    now = timezone.now()
    with pytest.raises(DecisionRefused):
        appoint(scene.people[0], scene.call, scene.people[1], values, now)
    with pytest.raises(DecisionRefused):
        appoint(cast.odile, scene.call, cast.bernard, values, now)
    row = appoint(cast.odile, scene.call, cast.odile, values, now)
    assert appoint(cast.odile, scene.call, cast.odile, values, now) == row


def test_two_officers_change_one_appointment_and_nothing_is_lost(scene, cast):
    row = scene.seats[0]
    changed = change_appointment(cast.odile, row.pk, {"max_load": 5}, row.version, timezone.now())
    assert changed.max_load == 5
    with pytest.raises(ReadMeanwhile):
        change_appointment(cast.odile, row.pk, {"max_load": 9}, row.version, timezone.now())


def test_a_file_goes_back_with_a_reason_and_a_frozen_review_stays(scene, cast):
    first = given(cast.odile, scene.files[0], scene.seats[0])
    second = given(cast.odile, scene.files[1], scene.seats[0])
    judged(second)
    now = timezone.now()
    with pytest.raises(ReviewRefused):
        take_back(cast.odile, first.pk, " ", now)
    with pytest.raises(ReviewRefused, match="figé"):
        take_back(cast.odile, second.pk, "Trop de dossiers.", now)
    end_appointment(cast.odile, scene.seats[0].pk, "Congé de maladie.", now)
    assert not Assignment.objects.standing().filter(pk=first.pk).exists()
    assert Review.objects.counting().count() == 1

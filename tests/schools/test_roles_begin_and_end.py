"""A role begins on a day, ends on a day, is handed over; the last one never goes unnoticed."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from schools.access import PeopleRefused
from schools.actions.end_role import (
    ConsequenceUntold,
    change_role_dates,
    end_role,
    undo_end_role,
)
from schools.actions.grant_role import grant_role
from schools.actions.invite_person import Guest
from schools.actions.substitute_person import substitute_person
from schools.gaps import told
from schools.models import AuditEntry, Invitation, Post, Role, RoleKind, School, Site, User
from tests.cast import Cast, make_cast, make_person, make_town


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


DAY = dt.timedelta(days=1)


def contact_of(cast: Cast) -> Post:
    return Post(RoleKind.CONTACT, school=cast.tilleuls.school)


def sees_tilleuls(person: User) -> bool:
    return Site.objects.visible_to(User.objects.get(pk=person.pk)).filter(name="Tilleuls").exists()


def newcomer() -> User:
    return User.objects.create_user("zoe@example.org", None, full_name="Zoé Exemple")


def test_a_head_s_colleague_gets_the_role_at_once_and_the_journal_knows(cast: Cast, today):
    zoe = newcomer()
    role = grant_role(cast.odile, zoe, contact_of(cast), from_on=today)
    assert sees_tilleuls(zoe)
    assert role.granted_by == cast.odile
    line = AuditEntry.objects.get(action="grant_role")
    assert line.site == cast.tilleuls
    assert line.after["person"] == "Zoé Exemple"


def test_a_role_in_the_future_opens_nothing_yet(cast: Cast, today):
    zoe = newcomer()
    grant_role(cast.odile, zoe, contact_of(cast), from_on=today + DAY)
    assert not sees_tilleuls(zoe)


def test_twice_the_same_click_is_one_row_and_an_overlap_is_refused(cast: Cast, today):
    zoe, post = newcomer(), contact_of(cast)
    first = grant_role(cast.odile, zoe, post, from_on=today)
    assert grant_role(cast.odile, zoe, post, from_on=today) == first
    with pytest.raises(ValidationError, match="a déjà ce rôle"):
        grant_role(cast.odile, zoe, post, from_on=today + DAY)
    assert zoe.roles.count() == 1


def test_an_overlap_is_unstorable(cast: Cast, today):
    row = cast.claire.roles.get()
    with pytest.raises(IntegrityError, match="role_not_twice_at_once"), transaction.atomic():
        Role.objects.create(user=cast.claire, from_on=today, **row.post.fields)
    Role.objects.filter(pk=row.pk).update(to_on=today)
    Role.objects.create(user=cast.claire, from_on=today + DAY, **row.post.fields)


def test_given_again_it_is_a_new_row(cast: Cast, today):
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    role = cast.claire.roles.get()
    end_role(cast.bernard, role.pk, last_on=today, why="congé")
    again = grant_role(cast.bernard, cast.claire, role.post, from_on=today + 30 * DAY)
    assert again.pk != role.pk
    assert cast.claire.roles.count() == 2


def test_the_last_contact_does_not_go_before_one_has_read_what_follows(cast: Cast, today):
    role = cast.claire.roles.get()
    with pytest.raises(ConsequenceUntold, match="n’a plus de personne de contact") as untold:
        end_role(cast.bernard, role.pk, last_on=today)
    role.refresh_from_db()
    assert role.to_on is None
    end_role(cast.bernard, role.pk, last_on=today, why="pension", read=told(untold.value.gaps))
    role.refresh_from_db()
    assert (role.to_on, role.end_why) == (today, "pension")
    assert cast.tilleuls.school in School.objects.without_contact(today + DAY)
    assert cast.tilleuls.school not in School.objects.without_contact(today)


def test_with_a_colleague_in_charge_nothing_needs_reading(cast: Cast, today):
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    assert end_role(cast.bernard, cast.claire.roles.get().pk, last_on=today).to_on == today


def test_a_colleague_whose_account_is_closed_does_not_count(cast: Cast, today):
    paul = make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    User.objects.filter(pk=paul.pk).update(is_active=False)
    with pytest.raises(ConsequenceUntold):
        end_role(cast.bernard, cast.claire.roles.get().pk, last_on=today)


def test_an_ending_is_taken_back_by_its_author_alone(cast: Cast, today):
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    role = end_role(cast.bernard, cast.claire.roles.get().pk, last_on=today)
    with pytest.raises(PeopleRefused, match="Trop tard"):
        undo_end_role(cast.odile, role.pk)
    assert undo_end_role(cast.bernard, role.pk).to_on is None
    with pytest.raises(PeopleRefused, match="Trop tard"):
        undo_end_role(cast.bernard, role.pk)


def test_a_role_that_never_began_leaves_only_its_lines_in_the_journal(cast: Cast, today):
    zoe = newcomer()
    role = grant_role(cast.odile, zoe, contact_of(cast), from_on=today + 30 * DAY)
    end_role(cast.odile, role.pk, last_on=today)
    assert not zoe.roles.exists()
    assert AuditEntry.objects.filter(action="end_role", before__person="Zoé Exemple").exists()


def test_what_one_does_not_see_is_not_found_and_what_one_may_not_is_refused(cast: Cast, today):
    with pytest.raises(Role.DoesNotExist):
        end_role(cast.bernard, cast.karl.roles.get().pk, last_on=today)
    with pytest.raises(PeopleRefused, match="pouvoir organisateur ou le SPW"):
        end_role(cast.sofia, cast.bernard.roles.get().pk, last_on=today)


def test_dates_move_but_the_past_does_not(cast: Cast, today):
    make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    role = cast.claire.roles.get()
    moved = change_role_dates(cast.bernard, role.pk, from_on=role.from_on, to_on=today + 90 * DAY)
    assert moved.to_on == today + 90 * DAY
    with pytest.raises(ValidationError, match="déjà commencé"):
        change_role_dates(cast.bernard, role.pk, from_on=today, to_on=None)
    with pytest.raises(ValidationError, match="précède"):
        change_role_dates(cast.bernard, role.pk, from_on=role.from_on, to_on=role.from_on - DAY)


def test_a_substitute_takes_over_on_the_day_and_nobody_is_missing(cast: Cast, today):
    zoe = make_person("Zoé Exemple", RoleKind.HEAD, site=cast.tilleuls)
    day = today + 10 * DAY
    made = substitute_person(cast.bernard, cast.claire.roles.get().pk, new=zoe, on=day)
    assert isinstance(made, Role)
    assert (made.user, made.from_on) == (zoe, day)
    assert cast.claire.roles.get().to_on == day - DAY
    for on in (day - DAY, day):
        assert cast.tilleuls.school not in School.objects.without_contact(on)


def test_a_substitute_by_address_is_invited_after_the_consequence_was_read(cast: Cast, today):
    guest, role = Guest("lea@example.org", "Léa Exemple"), cast.claire.roles.get()
    with pytest.raises(ConsequenceUntold) as untold:
        substitute_person(cast.bernard, role.pk, new=guest, on=today + DAY)
    assert not Invitation.objects.exists()
    role.refresh_from_db()
    assert role.to_on is None
    made = substitute_person(
        cast.bernard, role.pk, new=guest, on=today + DAY, read=told(untold.value.gaps)
    )
    assert isinstance(made, Invitation)
    assert made.from_on == today + DAY
    assert cast.claire.roles.get().to_on == today


def test_a_school_is_answered_for_by_one_contact_or_by_one_at_each_site(cast: Cast, today):
    bare = School.objects.open().schools().without_contact(today)
    school = cast.bouleaux.school
    assert set(bare) == {school, cast.saules.school}
    second = Site.objects.create(school=school, name="Bis", municipality=make_town("hainaut"))
    make_person("Un Exemple", RoleKind.CONTACT, site=cast.bouleaux)
    assert school in bare.all()
    make_person("Deux Exemple", RoleKind.CONTACT, site=second)
    assert school not in bare.all()
    second.closed_on = today
    second.save()
    assert school not in bare.all()


def test_a_school_without_a_site_needs_a_contact_of_its_own(cast: Cast, today):
    school = School.objects.create(
        authority=cast.tilleuls.school.authority, name="Neuve", number="99999", network="wbe"
    )
    assert school in School.objects.without_contact(today)


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_give_the_same_role_one_row_remains():
    cast = make_cast()
    zoe, post, today = newcomer(), contact_of(cast), timezone.localdate()
    barrier, wrong = threading.Barrier(2), []

    def give(by: User) -> None:
        try:
            barrier.wait(10)
            grant_role(by, zoe, post, from_on=today)
        except ValidationError:
            pass  # told that the person has it already
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[who]) for who in (cast.odile, cast.veronique)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert wrong == []
    assert zoe.roles.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_who_each_end_one_of_the_last_two_contacts_one_is_told():
    cast = make_cast()
    paul = make_person("Paul Exemple", RoleKind.CONTACT, school=cast.tilleuls.school)
    barrier, told_of = threading.Barrier(2), []

    def end(by: User, role: Role) -> None:
        try:
            with transaction.atomic():
                barrier.wait(10)
                end_role(by, role.pk, last_on=timezone.localdate())
                time.sleep(0.3)  # the other one asks meanwhile
        except ConsequenceUntold:
            told_of.append(by)
        finally:
            connection.close()

    pairs = [(cast.bernard, cast.claire.roles.get()), (cast.veronique, paul.roles.get())]
    threads = [threading.Thread(target=end, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(told_of) == 1
    left = Role.objects.filter(kind=RoleKind.CONTACT, school=cast.tilleuls.school, to_on=None)
    assert left.count() == 1

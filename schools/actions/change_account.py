from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from schools.access import (
    can_close_account,
    can_correct_phone,
    can_erase,
    can_reopen_account,
    people_for,
    require_people,
)
from schools.actions.audit import record_action
from schools.actions.end_role import ConsequenceUntold, lock_schools
from schools.actions.forget_ways_in import end_ways_in, forget_ways_in
from schools.actions.grant_role import as_told, tell_role
from schools.gaps import gaps_of, told
from schools.live import announce
from schools.models import Invitation, User

NOWHERE = "preau.invalid"
"""Domain of the address of an erased person: RFC 2606 keeps it from ever existing."""


def lock_person(user: User, pk: int) -> User:
    """The person, locked. Raises User.DoesNotExist."""
    return User.objects.select_for_update().get(pk=pk, pk__in=people_for(user).values("pk"))


@transaction.atomic
def correct_phone(by: User, pk: int, phone: str) -> User:
    """Write a telephone number down. Raises User.DoesNotExist, PeopleRefused."""
    person = lock_person(by, pk)
    require_people(can_correct_phone(by, person))
    if person.phone == phone:
        return person
    person.phone = phone
    person.save(update_fields=["phone"])
    # that it changed is a fact; the numbers would outlive an erasure in the journal
    record_action(by, "correct_phone", person)
    announce("person", person.pk, site=None)
    return person


@transaction.atomic
def close_account(by: User, pk: int, *, why: str = "", read: str = "") -> User:
    """Let a person sign in no more; roles and history stay. Twice: the first time stands.

    Raises User.DoesNotExist, PeopleRefused, ConsequenceUntold when a place loses its last one.
    """
    person = lock_person(by, pk)
    require_people(can_close_account(by, person))
    if not person.is_active:
        return person
    lock_schools(person.roles.select_related("site"))
    gaps = gaps_of(person, timezone.localdate())
    if gaps and told(gaps) != read:
        raise ConsequenceUntold(gaps)
    person.is_active = False
    person.save(update_fields=["is_active"])
    end_ways_in(person)
    record_action(by, "close_person", person, why=why)
    announce("person", person.pk, site=None)
    return person


@transaction.atomic
def reopen_account(by: User, pk: int) -> User:
    """Let a person sign in again, with the roles that are still in force."""
    person = lock_person(by, pk)
    require_people(can_reopen_account(by, person))
    if not person.is_active:
        person.is_active = True
        person.save(update_fields=["is_active"])
        record_action(by, "reopen_person", person)
        announce("person", person.pk, site=None)
    return person


@transaction.atomic
def erase_person(by: User, pk: int, *, why: str) -> User:
    """Replace name, address and telephone by a pseudonym, for ever, at the person's request.

    What stays, and why, is told in ADR 027: the journal, and signatures under agreements. Raises
    User.DoesNotExist, PeopleRefused.
    """
    person = lock_person(by, pk)
    require_people(can_erase(by, person))
    email = person.email
    _end_roles(by, person)
    _forget_invitations(person, email)
    person.full_name = f"Personne {person.pk}"
    person.email = f"personne-{person.pk}@{NOWHERE}"
    person.phone, person.language = "", "fr"
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.erased_at = timezone.now()
    person.set_unusable_password()  # and every session of theirs is over
    person.save()
    person.groups.clear()
    person.user_permissions.clear()
    forget_ways_in(person)
    record_action(by, "erase_person", person, why=why)
    announce("person", person.pk, site=None)
    return person


def _end_roles(by: User, person: User) -> None:
    today = timezone.localdate()
    for role in person.roles.not_over(today).select_related("authority", "school", "site__school"):
        before = as_told(role) | {"person": f"Personne {person.pk}"}
        if role.from_on > today:
            role.delete()
        else:
            role.to_on = today
            role.save(update_fields=["to_on"])
        for site in role.post.journal_sites():
            record_action(by, "end_role", role, site=site, before=before)
        tell_role(role)


def _forget_invitations(person: User, email: str) -> None:
    """Open ones go; answered ones keep the role and the days, not the address."""
    theirs = Invitation.objects.filter(email=email)
    theirs.open().update(revoked_at=timezone.now(), due_at=None)
    theirs.update(email=f"personne-{person.pk}@{NOWHERE}", full_name=f"Personne {person.pk}")

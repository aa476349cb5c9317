"""Register one person by hand, change what is known of them, note that they left or came back."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.authorise import settle
from byod.actions.people.credentials import revoke_of
from byod.actions.people.letters import end_mailed_links
from byod.models.people.devices import PersonalDevice
from byod.models.people.identities import Identity, Named
from byod.models.people.links import PersonalLink
from byod.models.people.members import (
    Authorisation,
    Member,
    MemberKind,
    RegisteredBy,
    SchoolClass,
)
from inventory.access import require
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User


@dataclass(frozen=True, slots=True)
class Told:
    """What a school says of somebody."""

    named: Named
    kind: str
    school_class: SchoolClass | None
    language: str
    adult: bool


@transaction.atomic
def register_member(
    user: User, site: Site, told: Told, by: str = RegisteredBy.INVITATION
) -> Member:
    """A new person of the site. Raises DecisionRefused."""
    require(can_run(user, site))
    member = Member.objects.create(
        site=site,
        kind=told.kind,
        school_class=told.school_class if told.kind == MemberKind.PUPIL else None,
        language=told.language,
        adult=told.adult or told.kind == MemberKind.TEACHER,
        registered_by=by,
    )
    keep_identity(member, told.named)
    record_action(user, "register_member", member, site=site)
    settle([member], timezone.now())
    announce("members", site.pk, site=site.pk)
    return member


@transaction.atomic
def change_member(user: User, pk: int, told: Told) -> Member:
    """Raises Member.DoesNotExist where unseen, DecisionRefused."""
    member = _held(user, pk)
    member.kind, member.language = told.kind, told.language
    member.school_class = told.school_class if told.kind == MemberKind.PUPIL else None
    member.adult = told.adult or told.kind == MemberKind.TEACHER
    member.save(update_fields=["kind", "language", "school_class", "adult"])
    keep_identity(member, told.named)
    record_action(user, "change_member", member, site=member.site)
    settle([member], timezone.now())
    announce("members", member.site_id, site=member.site_id)
    return member


@transaction.atomic
def note_left(user: User, pk: int) -> Member:
    """They left: the network closes in the same moment; the name goes after KEEP_LEAVER_DAYS.

    Raises Member.DoesNotExist where unseen, DecisionRefused.
    """
    member = _held(user, pk)
    if member.left_on is None:
        close_for([member.pk], "left")
        record_action(user, "note_member_left", member, site=member.site)
        announce("members", member.site_id, site=member.site_id)
    member.refresh_from_db()
    return member


@transaction.atomic
def take_back(user: User, pk: int) -> Member:
    """It was a mistake: they are here. Their devices need a new credential.

    Raises Member.DoesNotExist where unseen, DecisionRefused.
    """
    member = _held(user, pk)
    if member.left_on is not None:
        member.left_on = None
        member.save(update_fields=["left_on"])
        record_action(user, "take_member_back", member, site=member.site)
        settle([member], timezone.now())
    return member


def close_for(
    keys: list[int], why: str, now: dt.datetime | None = None, *, revoke: bool = True
) -> None:
    """These people left today: authorisations, credentials and links end. Inside a transaction.

    The link of a guardian stays: a loan may still have to come back. ``revoke`` False: credentials
    are revoked when the decision about many that this is part of is settled; the network refuses
    whoever left all the same.
    """
    now = now or timezone.now()
    Member.objects.filter(pk__in=keys).update(left_on=timezone.localdate(now))
    Authorisation.objects.live().filter(member__in=keys).update(
        ended_at=now, end_why=_("départ de l’école")
    )
    if revoke:
        revoke_of(PersonalDevice.objects.filter(member__in=keys), now, why)
    links = PersonalLink.objects.filter(member__in=keys, revoked_at=None, as_guardian=False)
    links.update(revoked_at=now)


def keep_identity(member: Member, named: Named) -> None:
    """Seal it, where it is new or differs."""
    row = Identity.objects.filter(member=member).first() or Identity(member=member)
    former = row.named if row.pk is not None else Named()
    if row.pk is None or former != named:
        row.store(named)
        row.save()
    end_mailed_links([(member.pk, former, named)], timezone.now())


def _held(user: User, pk: int) -> Member:
    rows = Member.objects.visible_to(user).select_related("site__school", "school_class")
    member = rows.select_for_update(of=("self",)).get(pk=pk)
    require(can_run(user, member.site))
    return member


@transaction.atomic
def join_as_teacher(user: User, site: Site) -> Member:
    """Somebody who works at the site registers their own account as a teacher there. Twice: once.

    Raises DecisionRefused.
    """
    require(can_run(user, site))
    member, made = Member.objects.get_or_create(
        site=site,
        user=user,
        defaults={
            "kind": MemberKind.TEACHER,
            "adult": True,
            "registered_by": RegisteredBy.DESK,
            "language": "de" if user.language == "de" else "fr",
        },
    )
    if made:
        record_action(user, "register_member", member, site=site)
        settle([member], timezone.now())
    return member

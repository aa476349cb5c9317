"""Add, rename, replace, remove a personal device, and declare it lost."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.credentials import (
    lock_member,
    require_authorised,
    require_room,
    revoke_of,
)
from byod.models.people.devices import PersonalDevice, Platform
from byod.models.people.members import Member
from inventory.access import require
from schools.actions.audit import JournalLine, record_actions
from schools.live import announce
from schools.models import User

LOST, REMOVED, REPLACED = "lost", "removed", "replaced"


@transaction.atomic
def add_device(
    member: Member,
    name: str,
    platform: str,
    *,
    once: uuid.UUID,
    now: dt.datetime,
    replaces: int | None = None,
) -> PersonalDevice:
    """A device of the member, without a credential yet. The same form twice gives the first one.

    ``replaces``: which of theirs goes at the same moment. Raises DecisionImpossible, LimitReached,
    PersonalDevice.DoesNotExist (``replaces`` is not theirs).
    """
    held = lock_member(member)
    known = PersonalDevice.objects.filter(once=once, member=held).first()
    if known is not None:
        return known
    require_authorised(held)
    if replaces is not None:
        _end(held, replaces, now, REPLACED)
    require_room(held, now)
    row = PersonalDevice.objects.create(
        member=held,
        name=_clean(name, platform),
        platform=platform if platform in Platform.values else Platform.OTHER,
        once=once,
        registered_at=now,
    )
    _tell(held, "add_personal_device", row)
    return row


@transaction.atomic
def rename_device(member: Member, pk: int, name: str) -> PersonalDevice:
    """Raises PersonalDevice.DoesNotExist."""
    held = lock_member(member)
    row = PersonalDevice.objects.in_use().get(pk=pk, member=held)
    row.name = _clean(name, row.platform)
    row.save(update_fields=["name"])
    announce("personal_device", row.pk, site=held.site_id)
    return row


@transaction.atomic
def declare_lost(member: Member, pk: int, now: dt.datetime) -> PersonalDevice:
    """Revoke at once: open sessions are ended by who watches revocations (ADR 004).

    Declared twice, once. Raises PersonalDevice.DoesNotExist.
    """
    held = lock_member(member)
    row = PersonalDevice.objects.get(pk=pk, member=held)
    return row if row.lost_at else _end(held, pk, now, LOST)


@transaction.atomic
def remove_device(member: Member, pk: int, now: dt.datetime) -> PersonalDevice:
    """It goes: its place is free. Raises PersonalDevice.DoesNotExist."""
    held = lock_member(member)
    row = PersonalDevice.objects.get(pk=pk, member=held)
    return row if row.lost_at or row.removed_at else _end(held, pk, now, REMOVED)


@transaction.atomic
def declare_lost_for(user: User, pk: int, now: dt.datetime) -> PersonalDevice:
    """The school declares it, when the pupil stands at its desk without a telephone.

    Raises PersonalDevice.DoesNotExist where unseen, DecisionRefused.
    """
    rows = PersonalDevice.objects.visible_to(user).select_related("member__site__school")
    row = rows.get(pk=pk)
    require(can_run(user, row.member.site))
    if row.lost_at:
        return row
    return _end(lock_member(row.member), pk, now, LOST, by=user)


def _end(
    member: Member, pk: int, now: dt.datetime, why: str, by: User | None = None
) -> PersonalDevice:
    """Call with the member held. Raises PersonalDevice.DoesNotExist."""
    row = PersonalDevice.objects.in_use().get(pk=pk, member=member)
    revoke_of(PersonalDevice.objects.filter(pk=pk), now, why)
    if why == LOST:
        row.lost_at = now
    else:
        row.removed_at = now
    row.save(update_fields=["lost_at", "removed_at"])
    _tell(member, f"{why}_personal_device", row, by)
    return row


def _tell(member: Member, verb: str, row: PersonalDevice, by: User | None = None) -> None:
    """The line names the device by its number: what its owner calls it may hold a name."""
    told = [JournalLine(verb, row, site=member.site, text=f"#{row.pk}")]
    record_actions(by, told)
    announce("personal_device", row.pk, site=member.site_id)


def _clean(name: str, platform: str) -> str:
    """What the owner calls it; without a name, what it is."""
    text = " ".join(name.replace("\x00", "").split())[:60]
    if text:
        return text
    labels = dict(Platform.choices)
    found = str(labels.get(platform, "")) if platform != Platform.OTHER else ""
    if found:
        return found
    return _("Mon appareil")

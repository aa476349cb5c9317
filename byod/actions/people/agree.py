"""Accept the charter; agree as a guardian; note a paper; take it back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from byod.access.people.members import can_run
from byod.actions.people.authorise import Settled, settle
from byod.actions.people.credentials import lock_member
from byod.actions.people.in_force import in_force
from byod.actions.people.refuse import end_refusals
from byod.models.people.agreements import CharterAgreement
from byod.models.people.members import Authorisation, Member
from inventory.access import DecisionImpossible, require
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def agree(
    member: Member, *, as_guardian: bool, shown: tuple[int | None, int | None], now: dt.datetime
) -> Settled:
    """Say yes to the texts that were ``shown`` (floor, own). Twice is once.

    Raises DecisionImpossible when another version was published in between.
    """
    held = lock_member(member)
    texts = in_force(held.site.school)
    if texts.key != shown:
        raise DecisionImpossible(
            _("Une nouvelle version vient de paraître\u00a0: relisez-la, puis acceptez.")
        )
    if as_guardian and not held.needs_guardian:
        raise DecisionImpossible(_("Cette personne décide elle-même."))
    _keep(held, as_guardian=as_guardian, now=now)
    if as_guardian:
        end_refusals([held], now)
    return settle([held], now)


def _keep(
    member: Member,
    *,
    as_guardian: bool,
    now: dt.datetime,
    paper: bool = False,
    by: User | None = None,
) -> None:
    floor, own = in_force(member.site.school).key
    CharterAgreement.objects.get_or_create(
        member=member,
        as_guardian=as_guardian,
        floor_id=floor,
        charter_id=own,
        withdrawn_at=None,
        defaults={"at": now, "paper": paper, "noted_by": by},
    )


@transaction.atomic
def withdraw_agreement(member: Member, *, as_guardian: bool, now: dt.datetime) -> int:
    """Take a yes back: the authorisation ends in the same moment. How many were standing."""
    held = lock_member(member)
    rows = CharterAgreement.objects.standing().filter(member=held, as_guardian=as_guardian)
    taken = rows.update(withdrawn_at=now)
    if taken:
        why = _("accord retiré par le parent") if as_guardian else _("accord retiré")
        live = Authorisation.objects.live().filter(member=held)
        live.update(ended_at=now, end_why=why)
        record_action(None, "withdraw_agreement", held, site=held.site)
    return taken


@transaction.atomic
def note_papers(user: User, members: Iterable[Member], now: dt.datetime | None = None) -> Settled:
    """The school holds the signed paper of these people of one site: both signatures are on it.

    Raises DecisionRefused.
    """
    rows = list(members)
    if not rows:
        return Settled()
    require(can_run(user, rows[0].site))
    now = now or timezone.now()
    texts = in_force(rows[0].site.school)
    floor, own = texts.key
    asked = [(row, False) for row in rows] + [(row, True) for row in rows if row.needs_guardian]
    standing = set(
        CharterAgreement.objects.standing()
        .filter(member__in=rows, floor=floor, charter=own)
        .values_list("member", "as_guardian")
    )
    CharterAgreement.objects.bulk_create(
        (
            CharterAgreement(
                member=row,
                as_guardian=guardian,
                floor=texts.floor,
                charter=texts.own,
                at=now,
                paper=True,
                noted_by=user,
            )
            for row, guardian in asked
            if (row.pk, guardian) not in standing
        ),
        ignore_conflicts=True,
    )
    end_refusals([row for row, guardian in asked if guardian], now)
    site = rows[0].site
    record_action(user, "note_paper_agreements", site, site=site, after={"people": len(rows)})
    return settle(rows, now)

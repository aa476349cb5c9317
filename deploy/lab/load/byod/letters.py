"""The demo of letters: a week ago a school wrote to guardians. Nothing is sent."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from byod.actions.people.letters import address_key, wanting
from byod.actions.people.read_names import names_for_letters
from byod.models.people.identities import Identity, Named
from byod.models.people.letters import FamilyLetter, LetterKind, LetterRound, LetterState
from byod.models.people.members import Member
from byod.models.people.refusals import GuardianRefusal, RefusalReason
from schools.models import Role, RoleKind, Site

WRITERS = (RoleKind.HEAD, RoleKind.CONTACT)
WRITTEN = 14
ENDS = {2: LetterState.FAILED, 5: LetterState.NO_ADDRESS, 9: LetterState.UNSURE}
"""Of the letters in their order: those that did not arrive."""


def load_letters(site: Site, now: dt.datetime) -> None:
    """One round, with what becomes of letters in life; and two answers that are a no."""
    pupils = Member.objects.present().pupils().filter(site=site).select_related("site__school")
    people = wanting(list(pupils.order_by("pk")), LetterKind.AGREE, now)[:WRITTEN]
    asked = now - dt.timedelta(days=6, hours=2)
    writer = Role.objects.filter(kind__in=WRITERS, school=site.school).first()
    made = LetterRound.objects.create(
        site=site, kind=LetterKind.AGREE, asked_by=writer.user if writer else None, asked_at=asked
    )
    names = names_for_letters(people, "family_letter")
    FamilyLetter.objects.bulk_create(
        _letter(made, member, names[member.pk].guardian_email, rank)
        for rank, member in enumerate(people)
    )
    _without_address(people[5:6], names)
    for member, reason in zip(
        people[-2:], (RefusalReason.DATA, RefusalReason.UNCLEAR), strict=False
    ):
        GuardianRefusal.objects.create(member=member, reason=reason, at=now - dt.timedelta(days=4))


def _without_address(people: list[Member], names: dict[int, Named]) -> None:
    """As the school's own software gives some families."""
    for row in Identity.objects.filter(member__in=people):
        row.store(replace(names[row.member_id], guardian_email=""))
        row.save()


def _letter(made: LetterRound, member: Member, address: str, rank: int) -> FamilyLetter:
    state = ENDS.get(rank, LetterState.SENT)
    known = state != LetterState.NO_ADDRESS
    return FamilyLetter(
        round=made,
        member=member,
        kind=made.kind,
        state=state,
        address_key=address_key(made.site.school_id, address) if known else "",
        sent_at=made.asked_at if state == LetterState.SENT else None,
        claimed_at=made.asked_at if known else None,
        fault="550" if state == LetterState.FAILED else "",
    )

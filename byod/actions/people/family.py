"""The children of one guardian: those about whom the school wrote to the same address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from byod.actions.people.authorise import Judged, judge
from byod.actions.people.in_force import InForce
from byod.actions.people.read_names import given_names_for_family
from byod.models.people.agreements import CharterAgreement
from byod.models.people.letters import FamilyLetter, LetterKind, LetterState
from byod.models.people.links import PersonalLink
from byod.models.people.members import Authorisation, Member
from byod.models.people.refusals import GuardianRefusal


@dataclass(frozen=True, slots=True)
class Child:
    """A child, and what the guardian answered."""

    member: Member
    name: str
    agreement: CharterAgreement | None
    """To the texts in force."""
    former: CharterAgreement | None
    """To others, which were replaced since."""
    refusal: GuardianRefusal | None
    authorised: bool

    @property
    def waits(self) -> bool:
        return self.agreement is None and self.refusal is None

    @property
    def alone(self) -> list[Child]:
        """For a form that answers for one."""
        return [self]


@dataclass(frozen=True, slots=True)
class Family:
    """What a guardian's page tells."""

    children: list[Child]
    texts: InForce
    open: bool
    """There is something to say yes to: a text, or a school that asks for none."""

    @property
    def waiting(self) -> list[Child]:
        return [one for one in self.children if one.waits]


def children_of(link: PersonalLink, now: dt.datetime) -> list[Member]:
    """The child of a guardian's letter, then those of other letters to the same address.

    Each letter proves by itself that the school sent it there: its link must still be good, so a
    letter to an address that was corrected since opens nothing.
    """
    live = FamilyLetter.objects.filter(
        kind=LetterKind.AGREE,
        state=LetterState.SENT,
        link__revoked_at=None,
        link__expires_at__gt=now,
    )
    keys = live.filter(link=link).values("address_key")
    mine = Member.objects.filter(letters__in=live.filter(address_key__in=keys)) | (
        Member.objects.filter(pk=link.member_id)
    )
    found = mine.filter(left_on=None, site__school=link.member.site.school_id).distinct()
    rows = found.select_related("site__school", "school_class").order_by("pk")
    minors = [row for row in rows if row.needs_guardian]
    return sorted(minors, key=lambda row: row.pk != link.member_id)


def family_of(members: Sequence[Member], now: dt.datetime) -> Family:
    """Seven queries for any number of children of one school."""
    judged: Judged = judge(members, now)
    names = given_names_for_family(members)
    agreed = CharterAgreement.objects.standing().filter(member__in=members, as_guardian=True)
    current: dict[int, CharterAgreement] = {}
    former: dict[int, CharterAgreement] = {}
    for row in agreed.order_by("at"):
        same = not judged.required or (row.floor_id, row.charter_id) == judged.texts.key
        (current if same else former)[row.member_id] = row
    refusals = {
        row.member_id: row for row in GuardianRefusal.objects.standing().filter(member__in=members)
    }
    live = set(
        Authorisation.objects.live().filter(member__in=members).values_list("member", flat=True)
    )
    children = [
        Child(
            row,
            names.get(row.pk) or row.pseudonym,
            current.get(row.pk),
            former.get(row.pk),
            refusals.get(row.pk),
            row.pk in live,
        )
        for row in members
    ]
    return Family(children, judged.texts, judged.texts.exists or not judged.required)

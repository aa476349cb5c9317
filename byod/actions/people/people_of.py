"""The people of a site, with where each stands; names only for those who may read them.

A site has at most some thousand people: they are read whole, in a handful of queries, and searched
and sorted by name in memory, because names are sealed. Only names that are told are written down.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Q

from byod.access.people.members import can_read_names
from byod.actions.people.authorise import judge
from byod.actions.people.import_class_list import school_key
from byod.actions.people.read_names import names_of
from byod.models.people.identities import Identity, Named
from byod.models.people.members import Authorisation, Member, MemberKind
from byod.models.people.refusals import GuardianRefusal
from byod.rules.people.requirements import Missing
from inventory.access import require
from schools.imports.columns import plain
from schools.models import Site, User

NOBODY = Named()
PAGE = 50
AUTHORISED, CHARTER, GUARDIAN, SUSPENDED = "authorised", "charter", "guardian", "suspended"
REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the school, and what is missing before their devices are let in."""

    member: Member
    authorised: bool
    missing: tuple[Missing, ...]
    devices: int
    """Whose credential is live."""
    named: Named = NOBODY
    refused: bool = False
    """Their guardian said no."""
    renewing: bool = False
    """Let in for as long as the former charter counts; their guardian has not agreed anew."""

    @property
    def state(self) -> str:
        """One word for the list: what has to happen next."""
        if self.authorised:
            return AUTHORISED
        if Missing.SCHOOL in self.missing:
            return SUSPENDED
        if self.refused:
            return REFUSED
        if Missing.CHARTER in self.missing or Missing.CHARTER_TEXT in self.missing:
            return CHARTER
        return GUARDIAN

    @property
    def class_name(self) -> str:
        row = self.member.school_class
        return row.name if row else ""


@dataclass(slots=True)
class ClassCounts:
    """A class in figures."""

    key: int | None
    name: str
    registered: int = 0
    authorised: int = 0
    waiting_charter: int = 0
    waiting_guardian: int = 0
    suspended: int = 0
    renewing: int = 0
    with_device: int = 0
    devices: int = 0

    def count(self, person: Person) -> None:
        self.registered += 1
        self.authorised += person.authorised
        self.waiting_charter += Missing.CHARTER in person.missing
        self.waiting_guardian += Missing.GUARDIAN in person.missing and not person.refused
        self.renewing += person.renewing
        self.suspended += person.state == SUSPENDED
        self.with_device += bool(person.devices)
        self.devices += person.devices


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the list is asked for."""

    query: str = ""
    class_key: int | None = None
    kind: str = ""
    state: str = ""
    sort: str = "class"
    page: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """A page of people."""

    people: list[Person] = field(default_factory=list)
    total: int = 0
    page: int = 1
    more: bool = False


def people_of(site: Site, now: dt.datetime) -> list[Person]:
    """Everybody present but guests, without a name. Eight queries for any number."""
    live = Q(devices__credentials__revoked_at=None, devices__credentials__expires_at__gt=now)
    rows = Member.objects.present().exclude(kind=MemberKind.GUEST).filter(site=site)
    rows = rows.select_related("school_class", "site__school").annotate(
        with_credential=Count("devices", filter=live, distinct=True)
    )
    members = list(rows)
    judged = judge(members, now)
    refused = set(
        GuardianRefusal.objects.standing()
        .filter(member__site=site)
        .values_list("member", flat=True)
    )
    authorised = set(
        Authorisation.objects.live().filter(member__site=site).values_list("member", flat=True)
    )
    return [
        Person(
            row,
            row.pk in authorised,
            judged.missing[row.pk],
            row.with_credential,  # type: ignore[attr-defined]
            refused=row.pk in refused,
            renewing=row.pk in authorised and row.pk in judged.unanswered,
        )
        for row in members
    ]


def counts_by_class(people: Iterable[Person]) -> list[ClassCounts]:
    """By class in the order of their names; those without a class (teachers) last."""
    found: dict[int | None, ClassCounts] = {}
    for person in people:
        key = person.member.school_class_id
        if key not in found:
            found[key] = ClassCounts(key, person.class_name)
        found[key].count(person)
    return sorted(found.values(), key=lambda one: (one.key is None, one.name))


def find_people(user: User, site: Site, asked: Asked, now: dt.datetime) -> Found:
    """One page of the list with its names. Raises DecisionRefused."""
    rows = chosen(user, site, asked, now)
    page = max(1, min(asked.page, -(-len(rows) // PAGE) or 1))
    shown = rows[(page - 1) * PAGE : page * PAGE]
    told = names_of(user, (one.member for one in shown), "class_list")
    named = [_with_name(one, told.get(one.member.pk, NOBODY)) for one in shown]
    return Found(named, len(rows), page, page * PAGE < len(rows))


def chosen(user: User, site: Site, asked: Asked, now: dt.datetime) -> list[Person]:
    """All that the list asks for, in order, without names. Raises DecisionRefused."""
    require(can_read_names(user, site))
    rows = [one for one in people_of(site, now) if _fits(one, asked)]
    names = _names_in_memory(rows)
    if asked.query:
        words, number = plain(asked.query).split(), school_key(site, asked.query)
        rows = [one for one in rows if one.member.school_key == number or _says(one, names, words)]
    return sorted(rows, key=lambda one: _order(one, names, asked.sort))


def _fits(one: Person, asked: Asked) -> bool:
    return (
        (asked.class_key is None or one.member.school_class_id == asked.class_key)
        and (not asked.kind or one.member.kind == asked.kind)
        and (not asked.state or one.state == asked.state)
    )


def _names_in_memory(rows: Sequence[Person]) -> dict[int, Named]:
    """To search and to sort; nothing of it is shown, so no reading is written down."""
    found = Identity.objects.filter(member__in=[one.member.pk for one in rows])
    return {row.member_id: row.named for row in found}


def _says(one: Person, names: dict[int, Named], words: list[str]) -> bool:
    """Every word begins one of the names, the class or the pseudonym."""
    named = names.get(one.member.pk, NOBODY)
    text = f"{named.given_name} {named.family_name} {named.guardian_name} {one.class_name}"
    said = [*plain(text).split(), plain(one.member.pseudonym)]
    return all(any(part.startswith(word) for part in said) for word in words)


def _order(one: Person, names: dict[int, Named], sort: str) -> tuple[object, ...]:
    named = names.get(one.member.pk, NOBODY)
    name = (plain(named.family_name), plain(named.given_name), one.member.pk)
    if sort == "name":
        return name
    if sort == "devices":
        return (-one.devices, *name)
    return (one.member.school_class_id is None, one.class_name, *name)


def _with_name(one: Person, named: Named) -> Person:
    return replace(one, named=named)

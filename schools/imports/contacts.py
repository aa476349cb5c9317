"""Contact people and heads: a person, a place, a role with its dates."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schools.imports.columns import plain
from schools.imports.findings import CHANGED, CREATED, REFUSED, WARNED, Finding
from schools.imports.plan import Change, Plan
from schools.imports.reading import Row, Source
from schools.imports.register import Key
from schools.imports.register_known import number_key
from schools.imports.values import Cells
from schools.imports.words import ROLES, SCHEMES
from schools.models import Role, School, Site, User


@dataclass(slots=True)
class ContactFact:
    """One good row."""

    row: Row
    school: Key | None
    site: Key | None
    name: str
    email: str
    phone: str
    role: str
    from_on: dt.date | None
    to_on: dt.date | None


@dataclass(slots=True)
class Contacts:
    """A list of contact people, read."""

    facts: list[ContactFact] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: set[int] = field(default_factory=set)
    rows: int = 0


def read_contacts(source: Source, tick: Callable[[int], None] = lambda _rows: None) -> Contacts:
    """Read every row."""
    found = Contacts()
    for row in source.rows:
        found.rows += 1
        tick(found.rows)
        cells = Cells(source, row)
        fact = _fact(cells) if cells.sure else None
        found.findings += cells.findings
        if fact is None or cells.refused:
            found.refused.add(row.line)
        else:
            found.facts.append(fact)
    return found


def _fact(cells: Cells) -> ContactFact:
    scheme = cells.one_of("scheme", SCHEMES, "unknown_scheme", plain(cells.raw("scheme")))
    site = school = None
    if cells.raw("site_number"):
        site = (scheme, cells.number("site_number", scheme))
    if cells.raw("school_number"):
        school = (scheme, cells.number("school_number", scheme))
    if site is None and school is None:
        cells.refuse(
            "no_place", "school_number" if cells.column("school_number") else "site_number"
        )
    fact = ContactFact(
        row=cells.row,
        school=school,
        site=site,
        name=cells.text("name", 150, required=True),
        email=cells.email("email"),
        phone=cells.phone("phone"),
        role=cells.one_of("role", ROLES, "unknown_role", plain(cells.raw("role"))),
        from_on=cells.day("from_on"),
        to_on=cells.day("to_on"),
    )
    if fact.from_on and fact.to_on and fact.to_on < fact.from_on:
        cells.refuse("ends_before", "to_on")
    return fact


@dataclass(slots=True)
class KnownPeople:
    """Places and people that a list may name."""

    schools: list[School]
    sites: list[Site]
    users: dict[str, User]
    roles: dict[int, list[Role]]


def compare_contacts(
    source: Source, contacts: Contacts, known: KnownPeople, as_of: dt.date
) -> Plan:
    """Who is new, and which roles begin or end. An address already known gets the role."""
    comparison = _Comparison(source, contacts, known, as_of)
    for fact in contacts.facts:
        comparison.take(fact)
    comparison.plan.refused = len(contacts.refused)
    return comparison.plan


class _Comparison:
    def __init__(
        self, source: Source, contacts: Contacts, known: KnownPeople, as_of: dt.date
    ) -> None:
        self.source, self.contacts, self.known, self.as_of = source, contacts, known, as_of
        self.plan = Plan(rows=contacts.rows, findings=contacts.findings)
        self.schools = {number_key(s.scheme, s.number): s for s in known.schools}
        self.sites = {number_key(s.scheme, s.number): s for s in known.sites if s.number}
        self.roles: dict[str, list[Role]] = defaultdict(list)
        for user in known.users.values():
            self.roles[user.email] = list(known.roles.get(user.pk, []))

    def take(self, fact: ContactFact) -> None:
        """One row: its place, its person, its role."""
        if (where := self._place(fact)) is None:
            return
        user = self.known.users.get(fact.email)
        if user is not None and not user.is_active:
            self._refuse(fact, "inactive", "email")
            return
        if user is None:
            user = User(email=fact.email, full_name=fact.name, phone=fact.phone)
            self.known.users[fact.email] = user
            after = {"full_name": fact.name, "email": fact.email}
            self.plan.changes.append(
                Change(CREATED, user, after=after, line=fact.row.line, text=fact.name)
            )
        elif plain(user.full_name) != plain(fact.name):
            self._note(WARNED, fact, "keeps_name", "name", there=user.full_name)
        self._role(fact, user, where)

    def _place(self, fact: ContactFact) -> dict[str, School | Site] | None:
        school = self.schools.get(fact.school) if fact.school else None
        site = self.sites.get(fact.site) if fact.site else None
        if fact.school and school is None:
            self._refuse(fact, "unknown_school", "school_number")
            return None
        if fact.site and site is None:
            self._refuse(fact, "unknown_site", "site_number")
            return None
        if site and school and site.school_id != school.pk:
            self._refuse(fact, "two_places", "site_number")
            return None
        place = site or school
        assert place is not None  # read_contacts refuses a row without either
        if place.closed_on:
            key = "site_number" if site else "school_number"
            self._refuse(fact, "closed_site", key, day=f"{place.closed_on:%d/%m/%Y}")
            return None
        return {"site": site} if site else {"school": place}

    def _role(self, fact: ContactFact, user: User, where: dict[str, School | Site]) -> None:
        [(name, place)] = where.items()
        same = [
            role
            for role in self.roles[fact.email]
            if role.kind == fact.role and getattr(role, f"{name}_id") == place.pk
        ]
        running = next((r for r in same if not _over(r, fact.from_on or self.as_of)), None)
        if running is None:
            began = fact.from_on or self.as_of
            if fact.to_on and fact.to_on < began:
                began = fact.to_on
            role = Role(user=user, kind=fact.role, from_on=began, to_on=fact.to_on, **where)
            self.roles[fact.email].append(role)
            after = {"role": role.get_kind_display(), "place": str(place), "from_on": str(began)}
            self._change(Change(CREATED, role, after=after), fact)
            return
        changed: dict[str, dt.date | None] = {}
        if fact.to_on and fact.to_on != running.to_on:
            changed["to_on"] = fact.to_on  # an empty cell is unknown, not “without end”
        if fact.from_on and fact.from_on != running.from_on:
            changed["from_on"] = fact.from_on
        if not changed:
            self.plan.unchanged += 1
            return
        ends = changed.get("to_on", running.to_on)
        if ends and (changed.get("from_on") or running.from_on) > ends:
            self._refuse(fact, "ends_before", "from_on")
            return
        before = {key: _day(getattr(running, key)) for key in changed}
        ends_now = {key: _day(value) for key, value in changed.items()}
        for key, value in changed.items():
            setattr(running, key, value)
        self._change(Change(CHANGED, running, tuple(changed), before, ends_now), fact)

    def _change(self, change: Change, fact: ContactFact) -> None:
        change.line, change.text = fact.row.line, f"{fact.name} · {change.row}"
        self.plan.changes.append(change)

    def _refuse(self, fact: ContactFact, reason: str, key: str, **told: str) -> None:
        self.contacts.refused.add(fact.row.line)
        self._note(REFUSED, fact, reason, key, **told)

    def _note(self, outcome: str, fact: ContactFact, reason: str, key: str, **told: str) -> None:
        place = self.source.places[key]
        self.plan.findings.append(
            Finding(
                outcome,
                reason,
                fact.row.line,
                self.source.heads[place],
                fact.row.cells[place][:200],
                dict(told),
                object_type="user",
                object_text=fact.name,
                cells=fact.row.cells,
            )
        )


def _over(role: Role, on: dt.date) -> bool:
    return role.to_on is not None and role.to_on < on


def _day(value: Any) -> str | None:
    return str(value) if value else None

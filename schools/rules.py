"""The register in plain values: provinces, scopes, answers. No queries, no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

ARRONDISSEMENTS: dict[str, tuple[str, ...]] = {
    "brabant-wallon": ("25",),
    "hainaut": ("51", "52", "53", "54", "55", "56", "57", "58"),
    "liege": ("61", "62", "63", "64"),
    "luxembourg": ("81", "82", "83", "84", "85"),
    "namur": ("91", "92", "93"),
}
"""Province → its arrondissements, the first two digits of a NIS code (Statbel, REFNIS)."""


def province_of(nis_code: str) -> str:
    """The province a municipality lies in. Raises ValueError for a code outside Wallonia."""
    for province, digits in ARRONDISSEMENTS.items():
        if nis_code[:2] in digits and len(nis_code) == 5 and nis_code.isdecimal():
            return province
    raise ValueError(f"{nis_code!r} is not the NIS code of a municipality of Wallonia")


@dataclass(frozen=True, slots=True)
class Grant:
    """One role, reduced to what it opens. Exactly one of the scope fields is set, or ``region``."""

    kind: str
    region: bool = False
    province: str = ""
    authority_id: int | None = None
    school_id: int | None = None
    site_id: int | None = None


@dataclass(frozen=True, slots=True)
class Scope:
    """The union of a person's grants, along Region → province → PO → school → site."""

    region: bool = False
    provinces: frozenset[str] = field(default_factory=frozenset)
    authorities: frozenset[int] = field(default_factory=frozenset)
    schools: frozenset[int] = field(default_factory=frozenset)
    sites: frozenset[int] = field(default_factory=frozenset)

    @property
    def is_empty(self) -> bool:
        """True for someone who may see no site at all."""
        return not (self.region or self.provinces or self.authorities or self.schools or self.sites)


def union(grants: Iterable[Grant]) -> Scope:
    """Add up grants: a person with several roles sees what any of them opens."""
    rows = list(grants)
    return Scope(
        region=any(g.region for g in rows),
        provinces=frozenset(g.province for g in rows if g.province),
        authorities=frozenset(g.authority_id for g in rows if g.authority_id is not None),
        schools=frozenset(g.school_id for g in rows if g.school_id is not None),
        sites=frozenset(g.site_id for g in rows if g.site_id is not None),
    )


@dataclass(frozen=True, slots=True)
class Allowed:
    """The answer yes."""

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Refused:
    """The answer no, with a reason a person can act on."""

    why: str

    def __bool__(self) -> bool:
        return False


Answer = Allowed | Refused


@dataclass(frozen=True, slots=True)
class Period:
    """From a day on, until a day that no longer counts (None: for good). ``id`` names its row."""

    id: int
    begin: dt.date
    end: dt.date | None

    def covers(self, day: dt.date) -> bool:
        """Whether it counts on that day."""
        return self.begin <= day and (self.end is None or self.end > day)


def standing_of(periods: Iterable[Period], today: dt.date) -> tuple[str, int | None]:
    """Where an agreement stands, and the row that says so.

    ``given``, ``ending`` (its withdrawal is to come), ``planned`` (it begins later), ``revoked``,
    or ``missing`` when it was never given.
    """
    rows = sorted(periods, key=lambda period: (period.begin, period.id))
    for row in rows:
        if row.covers(today):
            return ("given" if row.end is None else "ending"), row.id
    for row in rows:
        if row.begin > today and (row.end is None or row.end > row.begin):
            return "planned", row.id
    return ("revoked", rows[-1].id) if rows else ("missing", None)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role would be held, with what stands above it. ``provinces``: of its open sites."""

    region: bool = False
    province: str = ""
    authority_id: int | None = None
    school_id: int | None = None
    site_id: int | None = None
    provinces: frozenset[str] = field(default_factory=frozenset)

    @property
    def level(self) -> str:
        """The scope that a role here would have."""
        if self.site_id is not None:
            return "site"
        if self.school_id is not None:
            return "school"
        if self.authority_id is not None:
            return "authority"
        return "region" if self.region else "province"


LEVELS: dict[str, frozenset[str]] = {
    "central_technician": frozenset({"region"}),
    "local_technician": frozenset({"region", "province"}),
    "contact": frozenset({"school", "site"}),
    "head": frozenset({"school", "site"}),
    "authority": frozenset({"authority"}),
    "officer": frozenset({"region"}),
    "reviewer": frozenset({"region"}),
}
"""Kind of role → the scopes it may have; the table of roles holds the same constraint."""

GIVES: dict[str, frozenset[str]] = {
    "head": frozenset({"contact"}),
    "authority": frozenset({"contact", "head", "authority"}),
    "central_technician": frozenset({"contact"}),
    "local_technician": frozenset({"contact"}),
    "officer": frozenset(LEVELS),
}
"""Kind of role → the kinds it may give within its scope (ADR 026). A contact person gives none."""


def covers(grant: Grant, place: Place) -> bool:
    """Whether the whole place lies within what the role opens."""
    if grant.region:
        return True
    if grant.province:
        # a school with sites in two provinces is not one province's to give away
        inside = bool(place.provinces) and place.provinces <= {grant.province}
        return inside or place.province == grant.province
    if grant.authority_id is not None:
        return place.authority_id == grant.authority_id
    if grant.school_id is not None:
        return place.school_id == grant.school_id
    return place.site_id is not None and place.site_id == grant.site_id


def may_grant(grants: Iterable[Grant], administrator: bool, kind: str, place: Place) -> bool:
    """Whether these roles together allow giving ``kind`` at ``place``. Nobody's self is judged."""
    if place.level not in LEVELS.get(kind, ()):
        return False
    return administrator or any(
        kind in GIVES.get(grant.kind, ()) and covers(grant, place) for grant in grants
    )


INVITATION_DAYS = 14
"""An invitation may be accepted for so long after it was last sent."""
MOST_SENDS = 5
"""Messages of one invitation; then somebody telephones."""
MOST_SENDS_A_DAY = 10
"""Messages to one address in a day, whatever the roles and whoever invites."""
RESEND_AFTER_S = 60
"""A second click within this sends nothing twice."""
REMIND_AFTER_DAYS = 5
"""An invitation that nobody answered for so long stands in the list of reminders."""
TRY_AGAIN_S = (60, 300, 1800, 7200)
"""When a message is tried again after each failure of the mail server; then it is given up."""


@dataclass(frozen=True, slots=True)
class InvitationFacts:
    """What happened to an invitation, as times."""

    accepted_at: dt.datetime | None
    revoked_at: dt.datetime | None
    expires_at: dt.datetime
    due_at: dt.datetime | None
    sent_at: dt.datetime | None
    opened_at: dt.datetime | None
    failure: str


def invitation_state(facts: InvitationFacts, now: dt.datetime) -> str:
    """One word for it: accepted, revoked, failed, expired, waiting, opened, sent."""
    if facts.accepted_at:
        return "accepted"
    if facts.revoked_at:
        return "revoked"
    if facts.failure and facts.due_at is None:
        return "failed"
    if facts.expires_at <= now:
        return "expired"
    if facts.due_at is not None or facts.sent_at is None:
        return "waiting"
    return "opened" if facts.opened_at else "sent"

"""Conflicts of interest that the register tells: what ties a reviewer to a school."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

SCHOOL, AUTHORITY, MUNICIPALITY, MANDATE, DECLARED = (
    "school",
    "authority",
    "municipality",
    "mandate",
    "declared",
)
KINDS = (SCHOOL, AUTHORITY, MUNICIPALITY, MANDATE, DECLARED)
MANDATE_YEARS = 3


@dataclass(frozen=True, slots=True)
class PostFacts:
    """A role somewhere below the Region, with what stands above it and where it lies."""

    from_on: dt.date
    to_on: dt.date | None
    authority: int | None = None
    school: int | None = None
    municipalities: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Ties:
    """What a person is tied to on a day."""

    schools: frozenset[int] = frozenset()
    authorities: frozenset[int] = frozenset()
    municipalities: frozenset[str] = frozenset()
    past_schools: frozenset[int] = frozenset()
    past_authorities: frozenset[int] = frozenset()

    @property
    def none(self) -> bool:
        return not any((self.schools, self.authorities, self.municipalities)) and not any(
            (self.past_schools, self.past_authorities)
        )


@dataclass(frozen=True, slots=True)
class Where:
    """Where a file comes from."""

    school: int
    authority: int
    municipality: str | None


def years_before(on: dt.date, years: int = MANDATE_YEARS) -> dt.date:
    """The same day some years ago; 29 February becomes 28."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def ties_of(posts: Iterable[PostFacts], workplaces: Iterable[str], on: dt.date) -> Ties:
    """A post held on the day, or that begins later, ties by school, PO and municipality; one that
    ended less than three years ago ties by school and PO."""
    rows = list(posts)
    now = [one for one in rows if one.to_on is None or one.to_on >= on]
    since = years_before(on)
    past = [one for one in rows if one.to_on is not None and since <= one.to_on < on]
    towns = frozenset(workplaces).union(*(one.municipalities for one in now))
    return Ties(
        schools=_some(one.school for one in now),
        authorities=_some(one.authority for one in now),
        municipalities=towns,
        past_schools=_some(one.school for one in past),
        past_authorities=_some(one.authority for one in past),
    )


def conflicts_of(ties: Ties, where: Where, declared: bool = False) -> tuple[str, ...]:
    """Every kind of conflict with that file, in the order of :data:`KINDS`."""
    found = {
        SCHOOL: where.school in ties.schools,
        AUTHORITY: where.authority in ties.authorities,
        MUNICIPALITY: where.municipality is not None and where.municipality in ties.municipalities,
        MANDATE: where.school in ties.past_schools or where.authority in ties.past_authorities,
        DECLARED: declared,
    }
    return tuple(kind for kind in KINDS if found[kind])


def _some(keys: Iterable[int | None]) -> frozenset[int]:
    return frozenset(key for key in keys if key is not None)

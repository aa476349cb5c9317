"""Judgements about connections (M29, M39), as plain values: no query, no clock.

A site with *strictly* more than 400 pupils, by the count of 15 January, gets fibre: "en principe",
so an exception is reasoned, dated and looked at again. 30 Mbit/s is the floor, 1 Gbit/s the giga
level.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

FIBRE_ABOVE = 400
"""Pupils; 400 itself does not count (M29)."""
FLOOR_MBPS = 30
GIGA_MBPS = 1000
OPENS_MONTHS, CLOSES_MONTHS = 12, 18
"""A framework contract is renegotiated between so many months after its last conditions (M29)."""


class Verdict(StrEnum):
    """What is to be said of a site's connection; the worst first."""

    NONE = "aucune"
    FLOOR = "plancher"
    FIBRE = "fibre"
    EXCEPTION = "exception"
    OK = "conforme"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a verdict rests on. ``down_mbps`` None: no active main line."""

    pupils: int
    down_mbps: int | None = None
    is_fibre: bool = False
    excepted: bool = False
    """A reasoned exception is in force, and its review is not past."""


def judge(facts: Facts) -> Verdict:
    """The verdict on a site: what pupils feel first goes before what the plan asks."""
    if facts.down_mbps is None:
        return Verdict.NONE
    if facts.down_mbps < FLOOR_MBPS:
        return Verdict.FLOOR
    if expects_fibre(facts.pupils) and not facts.is_fibre:
        return Verdict.EXCEPTION if facts.excepted else Verdict.FIBRE
    return Verdict.OK


def expects_fibre(pupils: int) -> bool:
    """Whether a site of that many pupils gets fibre with priority: strictly more than 400."""
    return pupils > FIBRE_ABOVE


def is_giga(down_mbps: int | None) -> bool:
    """Whether a line reaches the giga level."""
    return down_mbps is not None and down_mbps >= GIGA_MBPS


class Renewal(StrEnum):
    """Where a framework contract stands towards its renegotiation."""

    QUIET = "tranquille"
    OPEN = "ouverte"
    OVERDUE = "depassee"
    OVER = "fini"


@dataclass(frozen=True, slots=True)
class Window:
    """When a contract is to be renegotiated: from a day until a day, both included."""

    opens_on: dt.date
    closes_on: dt.date
    state: Renewal


def window_of(
    start_on: dt.date, end_on: dt.date | None, held: Iterable[dt.date], today: dt.date
) -> Window:
    """12 to 18 months after the start, or after the last renegotiation that was held by today."""
    base = max([start_on, *(day for day in held if day <= today)])
    opens, closes = add_months(base, OPENS_MONTHS), add_months(base, CLOSES_MONTHS)
    if end_on is not None and today > end_on:
        state = Renewal.OVER
    elif today > closes:
        state = Renewal.OVERDUE
    elif today >= opens:
        state = Renewal.OPEN
    else:
        state = Renewal.QUIET
    return Window(opens, closes, state)


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of a month that is too short."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class State(StrEnum):
    """The life of a line: asked by the school, ordered at the operator, active, ended."""

    ASKED = "asked"
    ORDERED = "ordered"
    ACTIVE = "active"
    ENDED = "ended"
    CANCELLED = "cancelled"


MOVES: dict[str, frozenset[str]] = {
    State.ASKED: frozenset({State.ORDERED, State.CANCELLED}),
    State.ORDERED: frozenset({State.ACTIVE, State.CANCELLED}),
    State.ACTIVE: frozenset({State.ENDED}),
}
"""From where to where; what is ended or cancelled stays so."""


def may_move(before: str, after: str) -> bool:
    """Whether a line may go from one state to the other."""
    return after in MOVES.get(before, frozenset())

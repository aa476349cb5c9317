"""Orders in plain values: how far one is, what a delivery consumes, what is still to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
UNSIGNED_DAYS = 5
"""After so many days without a signature the school is reminded, once."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One line of an order: the state of its order to the supplier (empty: not sent), how many of
    its pieces were ordered, how many accepted."""

    sent_as: str
    ordered: int
    accepted: int


def state_of(lines: Sequence[Standing]) -> str:
    """The state of a validated order; of several lots, the furthest back speaks until something
    has come."""
    live = [line for line in lines if line.sent_as != "cancelled"]
    if not live:
        return "cancelled" if lines else "validated"
    if all(line.accepted >= line.ordered for line in live):
        return "delivered"
    if any(line.accepted for line in live):
        return "partial"
    if any(not line.sent_as for line in live):
        return "validated"
    if any(line.sent_as == "sent" for line in live):
        return "sent"
    return "acknowledged"


def share(total: Decimal, of: int, before: int, after: int) -> Decimal:
    """What the pieces from ``before`` to ``after`` of ``of`` are worth of ``total``, in cents.

    Parts of any size add up to the total: each is the difference of two rounded sums.
    """
    if of <= 0:
        return Decimal(0)
    return _up_to(total, of, after) - _up_to(total, of, before)


def _up_to(total: Decimal, of: int, pieces: int) -> Decimal:
    return (total * min(pieces, of) / of).quantize(CENT, ROUND_HALF_UP)


def is_late(expected_on: dt.date, today: dt.date, *, open_: bool) -> bool:
    """The day itself is not late."""
    return open_ and expected_on < today


@dataclass(frozen=True, slots=True)
class Checked:
    """A line of a delivery as it is about to be signed. ``pieces``: devices; 0: accessories."""

    announced: int
    seen: int
    refused: int


def unaccounted(line: Checked) -> int:
    """How many nobody has seen or refused: a signature says what becomes of each."""
    return max(line.announced - line.seen - line.refused, 0)


def next_reference(prefix: str, year: int, last: str) -> str:
    """``C-2026-0001``, and the one after ``last``. Beyond 9999 the number grows a digit."""
    tail = last.rpartition("-")[2]
    number = int(tail) + 1 if tail.isdecimal() else 1
    return f"{prefix}-{year}-{number:04d}"


def step_percent(before: Decimal, after: Decimal) -> Decimal:
    """By how many percent a price moves, one decimal; 0 where there was none."""
    if not before:
        return Decimal(0)
    return ((after - before) / before * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)

"""Who pays what: an amount spread over what several rights hold; what of a right has expired."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

NOTHING = Decimal(0)


def spread(amount: Decimal, held: Iterable[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """Take ``amount`` from holders in their order; ``(holder, part)`` with no empty part.

    Raises ValueError where they hold less together.
    """
    parts: list[tuple[int, Decimal]] = []
    left = amount
    for holder, has in held:
        part = min(left, has)
        if part > 0:
            parts.append((holder, part))
            left -= part
    if left > 0:
        raise ValueError(f"{left} is missing")
    return parts


@dataclass(frozen=True, slots=True)
class Part:
    """What was released for a school year, and the last day it may be used."""

    amount: Decimal
    last_day: dt.date


def expirable(parts: Sequence[Part], used: Decimal, available: Decimal, on: dt.date) -> Decimal:
    """What is lost on a day: parts whose last day is past, less what was used, oldest part first.

    ``used`` is all that was ever drawn and not given back, and what expired before.
    """
    past = sum((part.amount for part in parts if part.last_day < on), NOTHING)
    return min(max(past - used, NOTHING), max(available, NOTHING))

"""The fair order (ordre équitable): who is served first, and why. Values in, values out.

Never served before served before; then who has neither device nor connection, then who lacks one;
then years waited, then the day of the request; what is still equal is parted by a lot that is drawn
once a year for each pupil and that nobody chooses. What a family owes, damages and marks are not
asked here: they can not count. A head may put a social emergency first, with a reason.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

RULES = "2026-1"
"""Version of the order: a round keeps it, and is made again by the same one."""
NEED = {"neither": 2, "no_device": 1, "no_line": 1}
"""Equipment at home → how much is missing."""
CRITERIA = ("exception", "never_served", "need", "waited", "asked", "lot")
"""In this order. The first that differs parts two requests."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A waiting request as the order sees it. ``n``: its number within the round, never a key."""

    n: int
    never_served: bool
    equipment: str
    years_waited: int
    asked_at: str
    """ISO, UTC, to the second."""
    lot: str
    """Hexadecimal; the same for a pupil all year long."""
    wants_device: bool = True
    wants_line: bool = False
    exception: bool = False


@dataclass(frozen=True, slots=True)
class Supply:
    """What may be lent now: devices and lines of the school's own, and its part of shared ones."""

    devices: int = 0
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a request stands. ``after_by``: which criterion put it after the one before it."""

    n: int
    position: int
    device: bool
    """A device is there for it."""
    line: bool
    after_by: str


def sort_key(one: Asked) -> tuple[object, ...]:
    """Smaller is served first."""
    return (
        not one.exception,
        not one.never_served,
        -NEED.get(one.equipment, 0),
        -one.years_waited,
        one.asked_at,
        one.lot,
        one.n,
    )


def fair_order(asked: Sequence[Asked], supply: Supply) -> list[Placed]:
    """Everybody's place; devices and lines go down the list until none is left."""
    placed: list[Placed] = []
    devices, lines = supply.devices, supply.lines
    before: Asked | None = None
    for position, one in enumerate(sorted(asked, key=sort_key), 1):
        device, line = one.wants_device and devices > 0, one.wants_line and lines > 0
        devices, lines = devices - device, lines - line
        placed.append(Placed(one.n, position, device, line, parted_by(before, one)))
        before = one
    return placed


def covered(asked: Sequence[Asked], supply: Supply, held: Collection[int] = ()) -> list[int]:
    """Numbers of those who get all that they want, in fair order, after those of ``held``.

    What was granted before is kept for it, wherever it stands. Who wants two things of which one
    is missing leaves the other to the next.
    """
    devices, lines = supply.devices, supply.lines
    found: list[int] = []
    for one in sorted(asked, key=lambda one: (one.n not in held, *sort_key(one))):
        whole = devices >= one.wants_device and lines >= one.wants_line
        if whole or one.n in held:
            devices = max(devices - one.wants_device, 0)
            lines = max(lines - one.wants_line, 0)
        if whole:
            found.append(one.n)
    return found


def parted_by(first: Asked | None, second: Asked) -> str:
    """The criterion by which the second stands after the first; empty for the first of all."""
    if first is None:
        return ""
    pairs = zip(CRITERIA, sort_key(first), sort_key(second), strict=False)
    return next((name for name, one, other in pairs if one != other), "lot")


def frozen(year: int, asked: Sequence[Asked], supply: Supply) -> dict[str, Any]:
    """The inputs of a round as they are stored: plain values in the order of ``n``."""
    rows = sorted(asked, key=lambda one: one.n)
    return {
        "rules": RULES,
        "year": year,
        "supply": asdict(supply),
        "asked": [asdict(one) for one in rows],
    }


def thawed(inputs: dict[str, Any]) -> tuple[list[Asked], Supply]:
    """What ``frozen`` made, read again. Raises ValueError for rules of another version."""
    if inputs.get("rules") != RULES:
        raise ValueError(f"rules {inputs.get('rules')!r} are not {RULES!r}")
    return [Asked(**row) for row in inputs["asked"]], Supply(**inputs["supply"])


def fingerprint(values: Any) -> str:
    """SHA-256 of the canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(values, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def moment(at: dt.datetime) -> str:
    """A moment as the order compares it: UTC, to the second."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def waited(years: Sequence[int], last_served: int | None, this_year: int) -> int:
    """School years in which one asked and was not served, since one last was."""
    return len({y for y in years if y < this_year and (last_served is None or y > last_served)})

"""What a stock-taking finds, as plain values: expected beside counted. No queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

AWAY = frozenset({"ordered", "lent", "in_repair"})
"""States in which a device is rightly not on the spot."""
GONE = frozenset({"lost", "retired"})
MISSING, MOVED, BACK, ELSEWHERE, UNKNOWN, DAMAGED = (
    *("missing", "moved", "back"),
    *("elsewhere", "unknown", "damaged"),
)


def is_expected(state: str) -> bool:
    """Whether a device in that state should be found at its site."""
    return state not in AWAY | GONE


@dataclass(frozen=True, slots=True)
class Counted:
    """A device that somebody saw: where the register has it, where it was seen."""

    device: int
    site: int
    state: str
    room: int | None
    seen_room: int | None


@dataclass(frozen=True, slots=True)
class Found:
    """One difference between the register and what was counted."""

    kind: str
    device: int | None = None
    room: int | None = None
    text: str = ""


def differences(
    site: int,
    expected: Iterable[int],
    counted: Mapping[int, Counted],
    unknown: Iterable[tuple[str, int | None]],
    damaged: Iterable[int],
) -> list[Found]:
    """Every difference, in the order in which a person settles them.

    ``unknown``: texts that no device answers to, with the room; told once each.
    """
    found = [Found(MISSING, device) for device in expected if device not in counted]
    found += [one for row in counted.values() if (one := _of_one(site, row)) is not None]
    told: dict[str, int | None] = {}
    for text, room in unknown:
        told.setdefault(text, room)
    found += [Found(UNKNOWN, None, room, text) for text, room in told.items()]
    return found + [Found(DAMAGED, device) for device in dict.fromkeys(damaged)]


def _of_one(site: int, row: Counted) -> Found | None:
    if row.site != site:
        return Found(ELSEWHERE, row.device, row.seen_room)
    if row.state in AWAY | GONE:
        return Found(BACK, row.device, row.seen_room)
    if row.seen_room is not None and row.seen_room != row.room:
        return Found(MOVED, row.device, row.seen_room)
    return None


def share_changed(changed: int, before: int) -> float:
    """Per cent of what was declared that changed since; of nothing, all of it."""
    if changed == 0:
        return 0.0
    return 100.0 if before == 0 else 100.0 * changed / before

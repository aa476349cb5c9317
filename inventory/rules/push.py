"""The life of a planned change and of each device in it, and when the next wave may go. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

CANARY = 0
"""The wave of the first site."""
MOST_ATTEMPTS = 3
"""Of writing to one device; looking for one that is off does not count."""

PLAN_MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"submitted", "dropped"}),
    "submitted": frozenset({"draft", "approved", "refused", "expired"}),
    "approved": frozenset({"canary", "dropped", "expired"}),
    "canary": frozenset({"held", "waves", "stopped", "done", "expired"}),
    "held": frozenset({"waves", "stopped", "expired"}),
    "waves": frozenset({"stopped", "done", "expired"}),
    "stopped": frozenset({"returning", "canary", "waves"}),
    "done": frozenset({"returning"}),
    "expired": frozenset({"returning"}),
    "returning": frozenset({"returned"}),
    "returned": frozenset(),
    "refused": frozenset(),
    "dropped": frozenset(),
}
"""From each state of a plan, the states it may go to."""
LIVE = frozenset({"canary", "held", "waves"})
"""States in which devices are written to, or about to be."""

OPEN = frozenset({"waiting", "offline", "pushing", "returning"})
"""States of a step that hold its device: another plan must wait."""
BAD = frozenset({"failed", "rolled_back"})
"""What stops a plan."""


def may_go(before: str, after: str) -> bool:
    """Whether a plan may go from one state to another."""
    return after in PLAN_MOVES[before]


class Finding(Enum):
    """What a device that may have been written to turns out to hold."""

    BASE = "base"
    INTENDED = "intended"
    BETWEEN = "between"


def judge(*, is_base: bool, is_intended: bool) -> Finding:
    """Read back, never assumed. What was wanted counts first: base may equal it."""
    if is_intended:
        return Finding.INTENDED
    return Finding.BASE if is_base else Finding.BETWEEN


def waves_of(sites: Sequence[int], canary: int, first: int, growth: int = 4) -> dict[int, int]:
    """Site → wave. The canary alone is wave 0; then ``first`` sites, and ``growth`` times more each
    time. A site is never split: its devices lean on one another."""
    found, wave, size = {canary: CANARY}, 1, max(1, first)
    left = size
    for site in sites:
        if site == canary:
            continue
        if left == 0:
            wave, size = wave + 1, size * growth
            left = size
        found[site], left = wave, left - 1
    return found


@dataclass(frozen=True, slots=True)
class Situation:
    """A plan as the clock sees it: each step's wave and state."""

    state: str
    wave: int
    held_since: dt.datetime | None
    hold: dt.timedelta
    expires_at: dt.datetime
    steps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Move:
    """What a plan does next: a state, a wave; ``why`` is a key of the words."""

    state: str
    wave: int
    why: str = ""


def next_move(now_is: Situation, now: dt.datetime) -> Move | None:  # noqa: PLR0911  a table
    """What follows from what the devices did; None: wait.

    A failure stops everything. A moved, blocked or skipped device is set aside. One that is off
    holds the canary, since nothing is proved yet, but no later wave.
    """
    wave, states = now_is.wave, [state for _wave, state in now_is.steps]
    here = [state for at, state in now_is.steps if at == wave]
    if now_is.state == "returning":
        return None if {"pushing", "returning"} & set(states) else Move("returned", wave)
    if now_is.state not in LIVE:
        return None
    if BAD & set(states):
        return Move("stopped", wave, "failed")
    if now >= now_is.expires_at:
        return None if {"pushing", "returning"} & set(states) else Move("expired", wave, "expired")
    if now_is.state == "canary":
        return _after_canary(here, states, wave)
    if now_is.state == "held":
        since = now_is.held_since or now
        return Move("waves", wave + 1) if now >= since + now_is.hold else None
    if {"waiting", "pushing", "returning"} & set(here):
        return None
    last = max((at for at, _state in now_is.steps), default=0)
    if wave < last:
        return Move("waves", wave + 1)
    return None if OPEN & set(states) else Move("done", wave)


def _after_canary(here: list[str], states: list[str], wave: int) -> Move | None:
    if OPEN & set(here):
        return None
    if "verified" not in here:
        return Move("stopped", wave, "unproved")
    return Move("held", wave) if OPEN & set(states) else Move("done", wave)


def try_again_after(tries: int) -> dt.timedelta:
    """How long to leave a device that is off: 1, 2, 4… minutes, an hour at most."""
    return dt.timedelta(minutes=min(60, 2 ** min(tries, 6)))

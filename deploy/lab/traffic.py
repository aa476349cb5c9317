"""How much flows through the lab's ports: a school week, integrated so that counters only grow.

A counter is a function of the clock alone, times what a link carries: no timer, no stored state
but the pauses of a link that was down.
"""

from __future__ import annotations

import random
from itertools import accumulate

WEEK_MIN = 7 * 24 * 60
UTC_OFFSET_S = 3600
"""School hours in Belgian winter time. Fixed: a jump of the clock would turn counters back."""

MONDAY_S = 4 * 86400
"""1970-01-05 was the first Monday of the epoch."""

WEDNESDAY = 2
SATURDAY = 5
QUIET = 0.02
LESSONS = 0.8


def _level(minute_of_week: int) -> float:
    """Share of the busiest traffic at a minute of the week, before noise."""
    day, minute = divmod(minute_of_week, 1440)
    hour = minute / 60
    if day >= SATURDAY or not 7.5 <= hour < 18:
        return QUIET
    if hour < 8.25 or hour >= 16.5:
        return 0.2
    if day == WEDNESDAY and hour >= 12:
        return 0.15
    if 10.33 <= hour < 10.6:
        return 1.0  # the morning break: every phone comes out
    return 0.5 if 12.1 <= hour < 13.3 else LESSONS


def _week() -> tuple[list[float], list[float]]:
    noise = random.Random(2026)
    levels = [_level(minute) * noise.uniform(0.7, 1.3) for minute in range(WEEK_MIN)]
    return levels, [0.0, *accumulate(level * 60 for level in levels)]


_LEVELS, _SUMS = _week()


def activity(at: float) -> float:
    """Level of use at an instant, 0 to about 1.3."""
    seconds = (at + UTC_OFFSET_S - MONDAY_S) % (WEEK_MIN * 60)
    return _LEVELS[int(seconds // 60)]


def used(at: float) -> float:
    """Integral of :func:`activity` since the epoch, in seconds of full use."""
    weeks, seconds = divmod(at + UTC_OFFSET_S - MONDAY_S, WEEK_MIN * 60)
    minute, rest = divmod(seconds, 60)
    return weeks * _SUMS[-1] + _SUMS[int(minute)] + _LEVELS[int(minute)] * rest


class Meter:
    """The counters of one direction of one port: octets since the device started."""

    __slots__ = ("_frozen_at", "_lost", "_rate", "_zero")

    def __init__(self, rate: float, started: float) -> None:
        """``rate``: octets per second at full use."""
        self._rate = rate
        self._zero = used(started)
        self._lost = 0.0
        self._frozen_at: float | None = None

    def octets(self, at: float) -> int:
        """Value now; it stands still while frozen."""
        seconds = used(at if self._frozen_at is None else self._frozen_at)
        return max(0, int((seconds - self._zero - self._lost) * self._rate))

    def freeze(self, at: float) -> None:
        """The link went down."""
        if self._frozen_at is None:
            self._frozen_at = at

    def thaw(self, at: float) -> None:
        """The link is back: what would have flowed meanwhile did not."""
        if self._frozen_at is not None:
            self._lost += used(at) - used(self._frozen_at)
            self._frozen_at = None

    def restart(self, at: float) -> None:
        """The device started again: counters begin at zero."""
        self._zero, self._lost = used(at), 0.0
        if self._frozen_at is not None:
            self._frozen_at = at

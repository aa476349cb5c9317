"""When a configuration is read next, and how two of them are shown beside each other. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

GOLDEN = 0.6180339887498949
"""Spreads consecutive keys evenly over an interval (Fibonacci hashing)."""
FIRST_RETRY = dt.timedelta(minutes=15)
LAST_RETRY = dt.timedelta(hours=24)
SETTLE = dt.timedelta(seconds=15)
"""Left to whoever is typing before an announced change is read."""
APART = dt.timedelta(seconds=45)
"""Between two readings that a device announced: many announcements in a minute are one reading."""
FARTHEST_APART = dt.timedelta(hours=1)
CONTEXT = 3
"""Unchanged lines shown around a change; the others are folded."""


def next_slot(key: int, every: dt.timedelta, now: dt.datetime) -> dt.datetime:
    """The next moment of a device: its own phase within the interval, so that a Region of devices
    is spread over the day, whatever was read in between. Missed slots are not caught up."""
    period = every.total_seconds()
    phase = (key * GOLDEN % 1.0) * period
    beats = int((now.timestamp() - phase) // period) + 1
    return dt.datetime.fromtimestamp(beats * period + phase, tz=now.tzinfo)


def retry_after(failures: int) -> dt.timedelta:
    """How long to leave a device that failed so many times in a row: 15 min, doubled to a day."""
    return min(FIRST_RETRY * (1 << min(max(failures - 1, 0), 10)), LAST_RETRY)


def announced_at(
    now: dt.datetime, last_read_at: dt.datetime | None, false_alarms: int
) -> dt.datetime:
    """When to read what a device says it changed: within a minute, after a moment for whoever is
    typing. One that announces what does not come (``false_alarms`` in a row) is read less often."""
    soon = now + SETTLE
    if last_read_at is None:
        return soon
    apart = min(APART * (1 << min(false_alarms, 7)), FARTHEST_APART)
    return max(soon, last_read_at + apart)


class Change(StrEnum):
    """What a row of a difference is."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    FOLD = "fold"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a difference, side by side; line numbers count from 1, None where there is none.

    ``folded``: for a fold, how many unchanged lines it stands for.
    """

    change: Change
    left: str = ""
    right: str = ""
    left_no: int | None = None
    right_no: int | None = None
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two texts side by side, and how many lines came and went."""

    rows: tuple[Row, ...]
    added: int
    removed: int

    @property
    def is_same(self) -> bool:
        return not (self.added or self.removed)

    def unified(self) -> Iterator[tuple[str, str]]:
        """The same as lines with a sign, removals of a stretch before its additions."""
        waiting: list[str] = []
        for row in self.rows:
            if row.change in (Change.SAME, Change.FOLD):
                yield from (("+", line) for line in waiting)
                waiting.clear()
                yield (" ", row.left) if row.change == Change.SAME else ("@", str(row.folded))
                continue
            if row.left_no is not None:
                yield "-", row.left
            if row.right_no is not None:
                waiting.append(row.right)
        yield from (("+", line) for line in waiting)


def compare(before: Sequence[str], after: Sequence[str], context: int = CONTEXT) -> Comparison:
    """Lines of ``before`` and ``after``; unchanged stretches folded (``context`` -1: none)."""
    rows: list[Row] = []
    added = removed = 0
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            begins, ends = not (i1 or j1), (i2, j2) == (len(before), len(after))
            keep = (0 if begins else context, 0 if ends else context)
            rows += _same(before, (i1, i2), j1, keep if context >= 0 else None)
            continue
        removed += i2 - i1
        added += j2 - j1
        rows += _changed(before[i1:i2], after[j1:j2], i1, j1)
    return Comparison(tuple(rows), added, removed)


def _same(
    lines: Sequence[str], span: tuple[int, int], j1: int, keep: tuple[int, int] | None
) -> Iterator[Row]:
    """An unchanged stretch; ``keep``: lines shown at its ends, the middle folded (None: all)."""
    i1, i2 = span
    first = last = i2
    if keep is not None and i2 - i1 - sum(keep) > 1:
        first, last = i1 + keep[0], i2 - keep[1]
    shift = j1 - i1
    for n in range(i1, i2):
        if n == first and last > first:
            yield Row(Change.FOLD, folded=last - first)
        if first <= n < last:
            continue
        yield Row(Change.SAME, lines[n], lines[n], n + 1, n + 1 + shift)


def _changed(left: Sequence[str], right: Sequence[str], i1: int, j1: int) -> Iterator[Row]:
    for n in range(max(len(left), len(right))):
        has_left, has_right = n < len(left), n < len(right)
        change = Change.CHANGED if has_left and has_right else Change.ADDED
        if not has_right:
            change = Change.REMOVED
        yield Row(
            change,
            left[n] if has_left else "",
            right[n] if has_right else "",
            i1 + n + 1 if has_left else None,
            j1 + n + 1 if has_right else None,
        )

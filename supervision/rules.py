"""When is a failing reading a fault, and when is a fault over? Pure: values in, values out.

A check lives in five states. A period of fault begins at the *first* failing reading::

    unknown/ok ──fails──▶ suspect ──outlasts confirm_s──▶ confirmed ──answers──▶ recovering
                             │answers                         ▲    ◀──fails────────┘   │
                             ▼                                                    good for recover_s
                             ok ◀───────────────────────────────────────────────────────┘

A *blind* reading (we could not look: the device refused us, or broke the protocol) is neither
failing nor good. It shows the check as unknown and stops every clock: the time spent blind
counts neither towards the agreed time nor towards recovery. A running fault stays open.

A check that toggles often is *flapping*: its good readings no longer end the period, so that the
agreed time runs from the first failure and the whole disturbance is one fault until it is stable.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

UNKNOWN, OK, SUSPECT, CONFIRMED, RECOVERING = "unknown", "ok", "suspect", "confirmed", "recovering"
NONE, DEGRADED, DOWN = "", "degraded", "down"

RING = 20
"""Readings remembered in ``history``."""
_RING_MASK = (1 << RING) - 1


@dataclass(frozen=True, slots=True)
class Policy:
    """What was agreed: seconds a fault must last, seconds of good readings that end it.

    ``flap_on`` changes within the last 20 readings make a check flapping, until at most
    ``flap_off`` remain (hysteresis: one quiet reading does not make it stable).
    """

    confirm_s: float = 300
    recover_s: float = 60
    flap_on: int = 6
    flap_off: int = 2


@dataclass(frozen=True, slots=True)
class Reading:
    """One look. ``severity`` None: blind. The fact held from ``asked_at`` (the question left)
    to ``at`` (the answer came, or patience ended)."""

    asked_at: dt.datetime
    at: dt.datetime
    severity: str | None
    value: float | None = None

    @property
    def failing(self) -> bool:
        return bool(self.severity)


@dataclass(frozen=True, slots=True)
class CheckNow:
    """Where a check stands. ``confirmed_at`` set: a fault is open. ``blind_s``: seconds of the
    running period spent blind. ``history``: bit ring, newest in bit 0, 1 = failing."""

    state: str = UNKNOWN
    severity: str = NONE
    state_at: dt.datetime | None = None
    read_at: dt.datetime | None = None
    failing_since: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    recovering_since: dt.datetime | None = None
    blind_s: float = 0
    flapping: bool = False
    history: int = 0
    readings: int = 0
    value: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading changes. ``ignored``: late or double, nothing changed."""

    now: CheckNow
    opened: bool = False
    closed: bool = False
    ignored: bool = False


def judge(state: CheckNow, reading: Reading, policy: Policy, now: dt.datetime) -> Verdict:
    """Judge one reading of one check. ``now`` tells a late reading from a clock set back."""
    if state.read_at is not None and reading.at <= state.read_at:
        if state.read_at <= now or reading.at == state.read_at:
            return Verdict(state, ignored=True)
        state = _set_back(state, state.read_at - reading.asked_at)
    if reading.severity is None:
        return Verdict(_blind(state, reading))
    state = _remember(_see_again(state, reading), reading, policy)
    if reading.failing:
        return _fail(state, reading, policy)
    return _answer(state, reading, policy)


def _set_back(state: CheckNow, by: dt.timedelta) -> CheckNow:
    """The clock was set back under us: move every stamp with it, so that durations stay true."""

    def moved(at: dt.datetime | None) -> dt.datetime | None:
        return None if at is None else at - by

    return replace(
        state,
        state_at=moved(state.state_at),
        read_at=moved(state.read_at),
        failing_since=moved(state.failing_since),
        confirmed_at=moved(state.confirmed_at),
        recovering_since=moved(state.recovering_since),
    )


def _enter(state: CheckNow, name: str, at: dt.datetime) -> CheckNow:
    return state if state.state == name else replace(state, state=name, state_at=at)


def _blind(state: CheckNow, reading: Reading) -> CheckNow:
    """Not a fault and not a recovery. Good readings must be had anew; the period stays."""
    kept = replace(state, read_at=reading.at, recovering_since=None, value=None)
    return _enter(kept, UNKNOWN, reading.asked_at)


def _see_again(state: CheckNow, reading: Reading) -> CheckNow:
    """After blindness: add what was blind to the period's pause."""
    if state.state != UNKNOWN or state.failing_since is None or state.state_at is None:
        return state
    blind = max(0.0, (reading.asked_at - state.state_at).total_seconds())
    return replace(state, blind_s=state.blind_s + blind)


def changes(history: int, readings: int) -> int:
    """How often the ring goes from good to failing or back."""
    pairs = max(0, min(readings, RING) - 1)
    return ((history ^ (history >> 1)) & ((1 << pairs) - 1)).bit_count()


def _remember(state: CheckNow, reading: Reading, policy: Policy) -> CheckNow:
    history = ((state.history << 1) | reading.failing) & _RING_MASK
    readings = min(RING, state.readings + 1)
    toggles = changes(history, readings)
    flapping = toggles > policy.flap_off if state.flapping else toggles >= policy.flap_on
    return replace(
        state,
        history=history,
        readings=readings,
        flapping=flapping,
        read_at=reading.at,
        value=reading.value,
    )


def lasted_s(state: CheckNow, at: dt.datetime) -> float:
    """Seconds of the running period that count towards the agreed time."""
    if state.failing_since is None:
        return 0.0
    return max(0.0, (at - state.failing_since).total_seconds() - state.blind_s)


def _fail(state: CheckNow, reading: Reading, policy: Policy) -> Verdict:
    if state.failing_since is None:
        state = replace(state, failing_since=reading.asked_at, blind_s=0)
    state = replace(state, severity=reading.severity or DOWN, recovering_since=None)
    if state.confirmed_at is not None:
        return Verdict(_enter(state, CONFIRMED, reading.at))
    if lasted_s(state, reading.at) >= policy.confirm_s:
        confirmed = replace(_enter(state, CONFIRMED, reading.at), confirmed_at=reading.at)
        return Verdict(confirmed, opened=True)
    return Verdict(_enter(state, SUSPECT, reading.asked_at))


def _answer(state: CheckNow, reading: Reading, policy: Policy) -> Verdict:
    if state.confirmed_at is None:
        if state.flapping and state.failing_since is not None:
            return Verdict(_enter(state, SUSPECT, reading.at))
        return Verdict(_enter(_clear(state), OK, reading.at))
    since = state.recovering_since or reading.at
    state = replace(_enter(state, RECOVERING, reading.at), recovering_since=since)
    good_s = (reading.at - since).total_seconds()
    if good_s >= policy.recover_s and not state.flapping:
        return Verdict(_enter(_clear(state), OK, reading.at), closed=True)
    return Verdict(state)


def _clear(state: CheckNow) -> CheckNow:
    return replace(
        state,
        severity=NONE,
        failing_since=None,
        confirmed_at=None,
        recovering_since=None,
        blind_s=0,
    )


# --- thresholds ---


@dataclass(frozen=True, slots=True)
class Threshold:
    """A limit with a separate way back. Exactly one of ``above``, ``below``, ``one_of``.

    ``above`` 55 with ``clear`` 50: failing from 55 (included) until the value is under 50.
    ``below`` 20 with ``clear`` 30: failing from 20 (included) until the value is over 30.
    """

    severity: str
    above: float | None = None
    below: float | None = None
    one_of: frozenset[float] = frozenset()
    clear: float | None = None

    def crossed(self, value: float, failing: bool) -> bool:
        """Whether ``value`` fails, when the check was (``failing``) already beyond this limit."""
        if self.above is not None:
            limit = self.clear if failing and self.clear is not None else self.above
            return value >= limit
        if self.below is not None:
            limit = self.clear if failing and self.clear is not None else self.below
            return value <= limit
        return value in self.one_of

    @property
    def limit(self) -> float | None:
        """The figure people know, None for a list of states."""
        return self.above if self.above is not None else self.below


def grade(thresholds: Sequence[Threshold], value: float, current: str) -> str:
    """Severity of a value, given the current severity (hysteresis). Worst threshold first."""
    rank = {NONE: 0, DEGRADED: 1, DOWN: 2}
    for threshold in thresholds:
        beyond = rank[current] >= rank[threshold.severity]
        if threshold.crossed(value, beyond):
            return threshold.severity
    return NONE


# --- the agreed time ---


class Agreed(Protocol):
    """A row of agreed times (``AgreedTime``), as far as it is needed here."""

    agreement_id: int | None
    service: str
    check_key: str
    confirm_s: int
    recover_s: int


DEFAULT_POLICY = Policy()


def resolve_policy(
    rows: Iterable[Agreed], agreements: Sequence[int], service: str, check_key: str
) -> Policy:
    """The most specific agreed time of a check. ``agreements``: the school's before the PO's.

    Order of precision: agreement and check, agreement and service, agreement, check, service,
    and last the row that names nothing. Without any row: :data:`DEFAULT_POLICY`.
    """
    best: tuple[tuple[int, int], Agreed] | None = None
    for row in rows:
        if row.agreement_id is not None and row.agreement_id not in agreements:
            continue
        if row.check_key not in ("", check_key) or row.service not in ("", service):
            continue
        narrow = 2 if row.check_key else 1 if row.service else 0
        close = 0
        if row.agreement_id is not None:
            close = len(agreements) - agreements.index(row.agreement_id)
        # precision first, then whose agreement
        rank = (3 * bool(close) + narrow, close)
        if best is None or rank > best[0]:
            best = (rank, row)
    if best is None:
        return DEFAULT_POLICY
    return Policy(confirm_s=best[1].confirm_s, recover_s=best[1].recover_s)


# --- when to look again ---


def retest_s(policy: Policy, interval_s: float) -> float:
    """Seconds between two looks at a check that is not settled: a sixth of the agreed time,
    within 2 s and 60 s, and never slower than the usual interval."""
    return min(interval_s, max(2.0, min(60.0, policy.confirm_s / 6)))


def look_again(
    state: CheckNow, policy: Policy, now: dt.datetime, interval_s: float, patience_s: float
) -> dt.datetime | None:
    """When to look at a check again, None when the usual interval will do.

    ``patience_s``: how long a silent device takes to be called silent. The look that confirms
    a silence leaves that much before the agreed time, so that it *ends* just after it.
    """
    soon = now + dt.timedelta(seconds=retest_s(policy, interval_s))
    if state.state == SUSPECT and state.failing_since is not None:
        ends = state.failing_since + dt.timedelta(seconds=policy.confirm_s + state.blind_s)
        early = ends - dt.timedelta(seconds=max(0.0, patience_s - _MARGIN_S))
        # A look still under way at ``early`` would end too soon to confirm, and be in the way.
        if soon + dt.timedelta(seconds=patience_s) > early:
            return max(early, now + dt.timedelta(seconds=_MARGIN_S))
        return soon
    if state.state == RECOVERING and state.recovering_since is not None:
        ends = state.recovering_since + dt.timedelta(seconds=policy.recover_s)
        return min(soon, max(ends, now + dt.timedelta(seconds=1)))
    if state.state == CONFIRMED or (state.state == UNKNOWN and state.failing_since is not None):
        return now + dt.timedelta(seconds=min(interval_s, 60.0))
    return None


_MARGIN_S = 0.05


@dataclass(frozen=True, slots=True)
class SiteNow:
    """A site as its devices stand. ``devices``: how many are ``ok``, ``out`` (no answer beyond the
    agreed time), ``degraded``, ``suspect``, ``recover``, ``unknown``, ``planned``. ``others``: what
    else fails on devices that answer. ``rooms``: those that WiFi must reach; ``rooms_lost``:
    those of them that no access point serves any more."""

    devices: Mapping[str, int]
    others: frozenset[str] = frozenset()
    router_out: bool = False
    rooms: int = 0
    rooms_lost: int = 0


def judge_site(site: SiteNow) -> str:
    """The one state of a site, wherever it is shown.

    ``down``: its router, at least half of its rooms (of its devices, where no room is known) are
    cut off. ``degraded``: anything else that is confirmed. Then what is yet to be confirmed or
    recovers. A site of which we know less than half is ``unknown``, never well.
    """
    count = site.devices.get
    out, well = count("out", 0), count("ok", 0)
    if out:
        watched = sum(site.devices.values()) - count("planned", 0)
        half = 2 * site.rooms_lost >= site.rooms if site.rooms else 2 * out >= watched
        return "down" if site.router_out or half else "degraded"
    for tone in ("degraded", "suspect", "recover"):
        if tone in site.others or count(tone, 0):
            return tone
    if well and well >= count("unknown", 0):
        return "ok"
    return "planned" if count("planned", 0) and not count("unknown", 0) and not well else "unknown"

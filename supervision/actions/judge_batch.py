"""Judge the readings of a batch against the checks as they stand. Pure: rows in, changes out.

Most checks of most polls are in order and stay so: they cost one comparison each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from supervision import rules
from supervision.actions.ask import PATIENCE_S
from supervision.actions.claim_due import Due
from supervision.actions.interpret import Said
from supervision.rules import CheckNow, Policy, Reading, Verdict
from supervision.snmp.contract import Outcome
from supervision.snmp.profile import Profile, profile_of

REACHABILITY = "reachability"


@dataclass(slots=True)
class Read:
    """One target, read: how it ended and what was said."""

    due: Due
    outcome: Outcome
    rtt_ms: float | None
    said: Said | None
    detail: str = ""
    profile: str = ""
    """Chosen at first contact; blank otherwise."""
    by_trap: bool = False
    """Refused by what a trap said before, not by this reply: no fresh proof of refusal."""


@dataclass(slots=True)
class CheckRow:
    """A check as stored."""

    id: int
    key: str
    service: str
    now: CheckNow


@dataclass(slots=True)
class Change:
    """A check that a reading changed."""

    read: Read
    row: CheckRow
    verdict: Verdict
    policy: Policy
    detail: str = ""

    @property
    def visible(self) -> bool:
        """Whether a page shows it otherwise than before, not only its ring of readings."""
        old, new = self.row.now, self.verdict.now
        return (
            old.state != new.state or old.severity != new.severity or old.flapping != new.flapping
        )


@dataclass(slots=True)
class TargetChange:
    """What the reading changes on the target itself."""

    retest_s: float | None = None
    next_poll_at: dt.datetime | None = None
    reboot: bool = False


@dataclass(slots=True)
class Judged:
    """The outcome of a batch, ready to be written."""

    reads: list[Read] = field(default_factory=list)
    """Readings that count: late and double ones are left out."""
    targets: dict[int, TargetChange] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)


def severity_of(outcome: Outcome) -> str | None:
    """What a poll says of reachability. Refused or faulty: somebody spoke, so never down."""
    if outcome is Outcome.ANSWERED:
        return rules.NONE
    return rules.DOWN if outcome is Outcome.TIMEOUT else None


def expected_checks(profile: Profile) -> list[tuple[str, str]]:
    """(key, service) of every check of a profile."""
    return [(REACHABILITY, profile.service), *((c.key, c.service) for c in profile.checks)]


@dataclass(frozen=True, slots=True)
class Moment:
    """Readings were taken between ``asked_at`` and ``at``. ``clock``: the time it is; a stored
    reading later than that was written before the clock was set back."""

    asked_at: dt.datetime
    at: dt.datetime
    clock: dt.datetime


def judge_batch(
    reads: list[Read],
    last_read_at: Mapping[int, dt.datetime | None],
    checks: Mapping[int, list[CheckRow]],
    policy_of: Callable[[Due, CheckRow], Policy],
    when: Moment,
) -> Judged:
    """Judge every reading of a batch."""
    judged = Judged()
    for read in reads:
        last = last_read_at.get(read.due.id)
        if last is not None and (when.at == last or when.at < last <= when.clock):
            continue  # a later reading of this target was written before this one
        judged.reads.append(read)
        about = judged.targets[read.due.id] = TargetChange(reboot=is_reboot(read, when.at))
        for row in checks.get(read.due.id, ()):
            change = _judge_check(read, row, last, policy_of, when)
            if change is not None:
                judged.changes.append(change)
                _plan_next(about, change, when.at)
    return judged


def _judge_check(
    read: Read,
    row: CheckRow,
    last: dt.datetime | None,
    policy_of: Callable[[Due, CheckRow], Policy],
    when: Moment,
) -> Change | None:
    value, severity = _grade(read, row.key, row.now.severity)
    if _stays(row.now, severity):
        return None
    policy = policy_of(read.due, row)
    reading = Reading(when.asked_at, when.at, severity, value)
    verdict = rules.judge(replace(row.now, read_at=last), reading, policy, when.clock)
    if verdict.ignored:
        return None
    return Change(read, row, verdict, policy, read.detail if severity is None else "")


def _stays(stands: CheckNow, severity: str | None) -> bool:
    """In order as for the last 20 readings, or never seen and unseen again: nothing to write."""
    if severity is None:
        return stands.state == rules.UNKNOWN and stands.failing_since is None
    return (
        severity == rules.NONE
        and stands.state == rules.OK
        and stands.history == 0
        and stands.readings >= rules.RING
    )


def _grade(read: Read, key: str, current: str) -> tuple[float | None, str | None]:
    if key == REACHABILITY:
        return None, severity_of(read.outcome)
    if read.said is None:
        return None, None
    rule = profile_of(read.due.profile).check(key)
    if rule is None:
        return None, None
    value = read.rtt_ms if rule.metric == "rtt_ms" else read.said.numbers.get(rule.metric)
    if value is None:
        return None, None
    return value, rules.grade(rule.thresholds, value, current)


def _plan_next(about: TargetChange, change: Change, now: dt.datetime) -> None:
    """Look again when the least patient check wants it."""
    interval_s = change.read.due.interval_s
    patience = PATIENCE_S if change.row.key == REACHABILITY else 0.0
    at = rules.look_again(change.verdict.now, change.policy, now, interval_s, patience)
    if at is None:
        return
    if about.next_poll_at is None or at < about.next_poll_at:
        about.next_poll_at = at
    again = rules.retest_s(change.policy, interval_s)
    about.retest_s = again if about.retest_s is None else min(again, about.retest_s)


WRAP_S = 2**32 // 100
"""sysUpTime is TimeTicks: it starts again at 0 after 497 days (RFC 3418)."""


def is_reboot(read: Read, now: dt.datetime) -> bool:
    """Whether the device started anew since its last answer: its uptime fell, and not by wrap."""
    due = read.due
    if read.said is None or read.said.uptime_s is None or due.uptime_s is None:
        return False
    if read.said.uptime_s >= due.uptime_s or due.last_answer_at is None:
        return False
    elapsed = (now - due.last_answer_at).total_seconds()
    return due.uptime_s + elapsed < WRAP_S - 60

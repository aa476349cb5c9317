"""Who arrives where, and until when: from facts to one answer. Pure; hours are local times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

QUARANTINE = "quarantine"
REJECT = "reject"
RETRY_S = 900
"""A device in quarantine asks again after this: what was missing may be there."""
LONGEST_S = 12 * 3600
"""No answer holds longer, whatever the rule: a policy that changes is followed the same day."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Where one kind of person arrives (``models.network.rules``)."""

    segment: str
    days: tuple[int, ...]
    opens: dt.time | None
    closes: dt.time | None
    school_days_only: bool
    bandwidth: str
    sessions: int | None
    beyond: str


@dataclass(frozen=True, slots=True)
class Policy:
    """The live policy of the visited school."""

    visitors: bool
    unauthorised: str
    outside_hours: str
    rules: Mapping[str, Rule]


@dataclass(frozen=True, slots=True)
class Place:
    """The site of the NAS: its policy, if one is live, and its VLANs by segment."""

    school: int
    policy: Policy | None
    vlans: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Person:
    """What counts of who asks: of a credential, its device and its owner."""

    school: int
    kind: str
    authorised: bool
    expires_at: dt.datetime
    revoked: bool = False
    lost: bool = False
    left: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer. ``segment`` and ``vid`` are empty for a refusal; ``seconds`` is how long it
    holds."""

    outcome: str
    reason: str
    who: str = ""
    segment: str = ""
    vid: int | None = None
    bandwidth: str = "free"
    seconds: int = RETRY_S

    @property
    def rejected(self) -> bool:
        return self.outcome == "rejected"


def refused(reason: str, who: str = "") -> Verdict:
    """No."""
    return Verdict("rejected", reason, who)


def decide(
    person: Person, place: Place, now: dt.datetime, is_school_day: Callable[[], bool]
) -> Verdict:
    """Judge one device at one site. ``now`` is aware, in the zone of the school."""
    who = person.kind if person.school == place.school else "visitor"
    if person.kind == "guest" and person.school != place.school:
        return refused("visitors_closed", who)
    if (reason := _void(person, now)) is not None:
        return refused(reason, who)
    if place.policy is None:
        return _aside(place, "no_policy", who, QUARANTINE)
    if not person.authorised:
        return _aside(place, "unauthorised", who, place.policy.unauthorised)
    return admit(place, who, now, is_school_day, until=person.expires_at)


def vouch(person: Person, now: dt.datetime) -> Verdict:
    """Judge one of ours at a partner's: registered is not authorised there either, and a guest of a
    school is nobody's guest elsewhere."""
    if person.kind == "guest":
        return refused("visitors_closed", person.kind)
    if (reason := _void(person, now)) is not None:
        return refused(reason, person.kind)
    if not person.authorised:
        return refused("unauthorised", person.kind)
    return Verdict("accepted", "rule", person.kind)


def _void(person: Person, now: dt.datetime) -> str | None:
    """Why the credential opens nothing anywhere."""
    if person.lost:
        return "lost"
    if person.revoked:
        return "revoked"
    if person.expires_at <= now:
        return "guest_over" if person.kind == "guest" else "expired"
    return "left" if person.left else None


def admit(
    place: Place,
    who: str,
    now: dt.datetime,
    is_school_day: Callable[[], bool],
    *,
    until: dt.datetime | None = None,
) -> Verdict:
    """Where the policy of the place sends somebody who may be let in."""
    policy = place.policy
    if policy is None:
        return _aside(place, "no_policy", who, QUARANTINE)
    if who == "visitor" and not policy.visitors:
        return refused("visitors_closed", who)
    rule = policy.rules.get(who)
    if rule is None:
        return _aside(place, "no_rule", who, QUARANTINE)
    closed = _closed(rule, now, is_school_day)
    if closed:
        return _aside(place, closed, who, policy.outside_hours)
    vid = place.vlans.get(rule.segment)
    if vid is None:
        return _aside(place, "no_vlan", who, QUARANTINE)
    outcome = "quarantined" if rule.segment == QUARANTINE else "accepted"
    return Verdict(outcome, "rule", who, rule.segment, vid, rule.bandwidth, _hold(rule, now, until))


def _closed(rule: Rule, now: dt.datetime, is_school_day: Callable[[], bool]) -> str:
    """Why the rule is not open at that moment; empty when it is."""
    if now.weekday() not in rule.days:
        return "not_a_day"
    if rule.school_days_only and not is_school_day():
        return "not_school"
    if rule.opens and rule.closes and not rule.opens <= now.time() < rule.closes:
        return "outside_hours"
    return ""


def _hold(rule: Rule, now: dt.datetime, until: dt.datetime | None) -> int:
    """Seconds until the rule closes, or the credential ends: at least a minute."""
    ends = [LONGEST_S]
    if rule.closes:
        closing = dt.datetime.combine(now.date(), rule.closes, now.tzinfo)
        ends.append(int(closing.timestamp() - now.timestamp()))
    elif len(rule.days) < 7 or rule.school_days_only:
        midnight = dt.datetime.combine(now.date() + dt.timedelta(days=1), dt.time(), now.tzinfo)
        ends.append(int(midnight.timestamp() - now.timestamp()))
    if until is not None:
        ends.append(int((until - now).total_seconds()))
    return max(60, min(ends))


def _aside(place: Place, reason: str, who: str, otherwise: str) -> Verdict:
    """Into quarantine, where the policy says so and the site has one; else refused."""
    vid = place.vlans.get(QUARANTINE)
    if otherwise == REJECT or vid is None:
        return refused(reason, who)
    return Verdict("quarantined", reason, who, QUARANTINE, vid)

"""Judgements of the helpdesk on plain values: no query, no clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

LIVE = frozenset({"new", "in_progress", "waiting"})
"""States in which somebody still owes something (helpdesk.models.TicketState.live)."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a fault touches: rooms without network, pupils (an estimate), whole sites."""

    devices: int = 1
    rooms: int = 0
    pupils: int = 0
    sites: int = 1
    whole_site: bool = False


def priority_of(service: str, severity: str, reach: Reach, *, rooms_high: int, sites: int) -> int:
    """How urgent a measured fault is, 1 (most) to 4.

    1: no service at several sites at once (``sites`` or more). 2: a whole site, or at least
    ``rooms_high`` rooms. 3: anything else that stops a service. 4: printing. A service that is
    only degraded is one step less urgent. People may decide otherwise; the rule then keeps off.
    """
    if service == "printing":
        return 4
    if reach.sites >= sites:
        urgent = 1
    elif reach.whole_site or reach.rooms >= rooms_high:
        urgent = 2
    else:
        urgent = 3
    return min(4, urgent + (severity == "degraded"))


def priority_for_report(subject: str, used_today: bool, *, request: bool = False) -> int:
    """How urgent a person's report is, 1 to 4, before anything is measured.

    Something asked for rather than broken: 4. Internet or WiFi that a class needs today: 2, since
    it may be the whole site. Anything else needed today: 3; what can wait: 4, Internet 3.
    """
    if request:
        return 4
    if subject == "internet":
        return 2 if used_today else 3
    return 3 if used_today else 4


def is_major(reach: Reach, *, sites: int, pupils: int) -> bool:
    """A root cause that deserves the banner of the wall."""
    return reach.sites >= sites or reach.pupils >= pupils


@dataclass(frozen=True, slots=True)
class Report:
    """What a person reported: ``subject`` is a key such as ``wifi``; ids may be absent."""

    site: int
    subject: str = ""
    room: int | None = None
    device: int | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """What supervision found: the devices and rooms it takes down, with its consequences."""

    site: int
    service: str
    whole_site: bool = False
    devices: frozenset[int] = field(default_factory=frozenset)
    rooms: frozenset[int] = field(default_factory=frozenset)


SUBJECTS: dict[str, frozenset[str]] = {
    "internet": frozenset({"internet", "wifi", "network"}),
    "lan": frozenset({"internet", "wifi", "network", "computer", "printer", "phone"}),
    "wifi": frozenset({"internet", "wifi", "network", "tablet"}),
    "power": frozenset({"internet", "wifi", "network", "power"}),
    "printing": frozenset({"printer"}),
    "server": frozenset({"server", "files", "network"}),
}
"""Service that fails → what people at the school would complain about."""


def same_matter(report: Report, fault: Fault) -> bool:
    """Whether a person's report and a measured fault are one thing.

    Same device: yes. Otherwise the subject must fit the service, and the room must be touched;
    a report that names no room fits only a fault of the whole site.
    """
    if report.site != fault.site:
        return False
    if report.device is not None and report.device in fault.devices:
        return True
    if report.subject not in SUBJECTS.get(fault.service, frozenset()):
        return False
    if fault.whole_site:
        return True
    return report.room is not None and report.room in fault.rooms


@dataclass(frozen=True, slots=True)
class Past:
    """A ticket that answered for an earlier incident of the same check."""

    state: str
    touched: bool
    ended_at: dt.datetime | None


def is_relapse(past: Past, began_at: dt.datetime, window: dt.timedelta) -> bool:
    """Whether a new incident of the same check belongs to that ticket: one fault, one ticket.

    A ticket still open takes it, and so does one that ended at most ``window`` before the new
    fault began, whoever ended it: the repair did not hold. A person's closed ticket stays closed:
    closing says that the school agreed.
    """
    if past.state in LIVE:
        return True
    if past.ended_at is None or (past.state == "closed" and past.touched):
        return False
    return began_at - past.ended_at <= window


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known when the next step is chosen. ``lamps``/``plug``: the contact's last answers
    (keys of visual_checks.toml), empty when nobody looked."""

    live: bool = True
    recovered: bool = False
    waiting: bool = False
    measured: bool = False
    parent_up: bool = False
    port_known: bool = False
    central: bool = True
    lamps: str = ""
    plug: str = ""


def next_step(seen: Evidence) -> str:
    """The action that deserves the one primary button of a ticket.

    ``resolve`` once it works again; ``answer`` while the school owes us one; ``visit`` when the
    device is dark (a port restarted from here cannot light its lamps); ``restart`` when the
    device above answers and its port is known; ``ask`` otherwise; ``""`` when nothing is left.
    """
    if not seen.live:
        return ""
    if seen.recovered:
        return "resolve"
    if seen.waiting:
        return "answer"
    if seen.lamps == "off" or seen.plug == "dead":
        return "visit"
    if seen.measured and seen.central and seen.parent_up and seen.port_known:
        return "restart"
    return "ask" if not seen.lamps else "poll"

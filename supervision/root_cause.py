"""Which failing device explains which others? Pure: devices as they stand in, decisions out.

A confirmed fault of reachability is *held* until the device above was asked after the fault
began: whichever of the two was polled first, the cause is found. Then it is attached to the
fault above, or raised.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from supervision import rules
from supervision.topology import Network

GIVE_UP = dt.timedelta(seconds=90)
"""The device above could not be asked for so long after the confirmation: raise without it."""


@dataclass(frozen=True, slots=True)
class Stand:
    """A polled device: where its reachability stands."""

    device: int
    target: int
    state: str
    asked_at: dt.datetime | None
    failing_since: dt.datetime | None = None
    recovering_since: dt.datetime | None = None

    def fails_for(self, began_at: dt.datetime) -> bool:
        """Whether this device may be why another has failed since ``began_at``."""
        if self.state in (rules.SUSPECT, rules.CONFIRMED):
            return True
        # It answers again: it explains what began before, not what began after.
        return (
            self.state == rules.RECOVERING
            and self.recovering_since is not None
            and self.recovering_since >= began_at
        )


@dataclass(frozen=True, slots=True)
class Fault:
    """A live incident of reachability. ``root_closed``: what it was attached to is over."""

    id: int
    device: int
    state: str
    began_at: dt.datetime
    confirmed_at: dt.datetime
    root: int | None = None
    root_closed: bool = False
    hold_until: dt.datetime | None = None


@dataclass(slots=True)
class Decisions:
    """What is to be done. Values of ``attach`` are never attached themselves."""

    attach: dict[int, int] = field(default_factory=dict)
    raise_: list[int] = field(default_factory=list)
    release: list[int] = field(default_factory=list)
    """Their root is over and they still fail: held anew, with the agreed time again."""
    ask: set[int] = field(default_factory=set)
    """Devices that must be asked now."""
    look_at: dict[int, dt.datetime] = field(default_factory=dict)
    """Devices that must be asked at a moment."""

    def add(self, other: Decisions) -> None:
        """Take the decisions of another site along."""
        self.attach |= other.attach
        self.raise_ += other.raise_
        self.release += other.release
        self.ask |= other.ask
        self.look_at |= other.look_at


@dataclass(frozen=True, slots=True)
class _View:
    """What one pass looks at; ``live`` follows the decisions, from the router down."""

    network: Network
    stands: Mapping[int, Stand]
    live: dict[int, Fault]
    above: Mapping[int, Stand | None]
    now: dt.datetime
    found: Decisions


def decide(
    network: Network, stands: Mapping[int, Stand], faults: list[Fault], now: dt.datetime
) -> Decisions:
    """Decide for every live reachability fault of some sites.

    ``stands``: every polled device of those sites (paused ones are left out: they cannot be
    asked, so one looks past them).
    """
    found = Decisions()
    parents = network.parents()
    above = {device: _polled_above(network, parents, stands, device) for device in stands}
    for device, stand in stands.items():
        if stand.state == rules.SUSPECT and stand.failing_since is not None:
            _ask_above(found, above[device], stand.failing_since)
    view = _View(network, stands, {fault.device: fault for fault in faults}, above, now, found)
    for fault in sorted(faults, key=lambda f: (len(network.ancestors(f.device, parents)), f.id)):
        view.live[fault.device] = _decide_one(view, fault)
    return found


def _polled_above(
    network: Network, parents: Mapping[int, int], stands: Mapping[int, Stand], device: int
) -> Stand | None:
    way = network.ancestors(device, parents)
    return next((stands[up] for up in way if up in stands), None)


def _ask_above(found: Decisions, above: Stand | None, began_at: dt.datetime) -> bool:
    """Whether the device above must still be asked; then it is."""
    if above is None or (above.asked_at is not None and above.asked_at > began_at):
        return False
    found.ask.add(above.device)
    return True


def _decide_one(view: _View, fault: Fault) -> Fault:
    """The fault as it stands after its decision."""
    stand = view.stands.get(fault.device)
    if fault.state == "held":
        if stand is not None and stand.state != rules.CONFIRMED:
            return fault  # recovering or unreadable: nothing to raise now
        return _settle(view, fault)
    if fault.root is None:
        return _reattach(view, fault)
    still_failing = stand is None or stand.state in (rules.CONFIRMED, rules.UNKNOWN)
    if fault.root_closed and still_failing:
        view.found.release.append(fault.id)
        view.found.ask.add(fault.device)
        return replace(fault, state="held", root=None)
    return fault


def _settle(view: _View, fault: Fault) -> Fault:
    """Attach a held fault, keep it waiting, or raise it."""
    cause = _cause(view, fault)
    if cause is not None and cause.state == "open":
        return _attach(fault, cause, view.found)
    if fault.hold_until is not None and view.now < fault.hold_until:
        view.found.look_at[fault.device] = fault.hold_until
        return fault
    since = max(fault.confirmed_at, fault.hold_until or fault.confirmed_at)
    if view.now - since < GIVE_UP and _ask_above(
        view.found, view.above.get(fault.device), fault.began_at
    ):
        return fault
    if cause is not None and (cause.state == "suspect" or view.now - since < GIVE_UP):
        return fault  # the fault above is decided first: its own agreed time ends
    view.found.raise_.append(fault.id)
    return replace(fault, state="open")


def _attach(fault: Fault, cause: Fault, found: Decisions) -> Fault:
    root = cause.root if cause.root is not None else cause.id
    found.attach[fault.id] = root
    return replace(fault, state="open", root=root)


def _cause(view: _View, fault: Fault) -> Fault | None:
    """The nearest open fault that cuts this device off; else one still held or suspect."""
    failing = {
        device
        for device, stand in view.stands.items()
        if device != fault.device and stand.fails_for(fault.began_at)
    }
    undecided: Fault | None = None
    for device in view.network.blockers(fault.device, failing):
        known = view.live.get(device)
        if known is not None and known.state == "open" and not known.root_closed:
            return known
        if undecided is None:
            undecided = known or Fault(0, device, "suspect", fault.began_at, fault.began_at)
    return undecided


SAME_FAULT_S = 60.0
"""Faults of a device and of the one above that began within this are taken for one."""


def _reattach(view: _View, fault: Fault) -> Fault:
    """Raised by itself a moment ago, and the device above is confirmed since: one fault."""
    cause = _cause(view, fault)
    if cause is None or cause.state != "open" or cause.id == fault.id:
        return fault
    if abs((cause.began_at - fault.began_at).total_seconds()) > SAME_FAULT_S:
        return fault
    return _attach(fault, cause, view.found)

"""Identity with evidence, and what differs between register and network. Values in, values out.

A device seen on the network is matched with one that is known by serial > MAC > management
address > name. Evidence that contradicts itself is a conflict for a person to settle: nothing is
guessed, nothing is made twice in silence.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MISSING_AFTER = dt.timedelta(hours=24)
"""An outage is supervision's affair; after a day without a sign it is the register's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a device that is there. Empty: it does not tell."""

    serial: str = ""
    macs: frozenset[str] = frozenset()
    address: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A device of the register (or one seen before), by key."""

    key: int
    serial: str = ""
    mac: str = ""
    address: str = ""
    name: str = ""
    here: bool = True
    """At the site where the other was seen: names and addresses mean something only there."""


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict: ``key`` is it, by ``by``; or ``conflict`` says what contradicts what."""

    key: int | None = None
    by: str = ""
    conflict: tuple[tuple[str, int], ...] = ()
    """Each piece of evidence and the device that it points to."""

    @property
    def is_new(self) -> bool:
        return self.key is None and not self.conflict


def match(seen: Evidence, known: Iterable[Known]) -> Match:
    """Which known device this is. Stronger evidence wins over silence, never over contradiction."""
    devices = list(known)
    serial, own = seen.serial.casefold(), {mac.lower() for mac in seen.macs}
    by_serial = [d for d in devices if serial and d.serial.casefold() == serial]
    by_mac = [d for d in devices if d.mac and d.mac.lower() in own]
    if by_serial:
        return _by_serial(by_serial, by_mac)
    if by_mac:
        return _by_mac(by_mac, serial)
    return _by_place(seen, [d for d in devices if d.here])


def _by_serial(found: list[Known], by_mac: list[Known]) -> Match:
    """The serial number decides, unless a MAC address points to another device."""
    if len(found) > 1:
        return _conflict(*(("serial", d) for d in found))
    others = [d for d in by_mac if d.key != found[0].key]
    if others:
        return _conflict(("serial", found[0]), *(("mac", d) for d in others))
    return Match(found[0].key, "serial")


def _by_mac(found: list[Known], serial: str) -> Match:
    """The MAC address decides, unless that device is known by another serial number."""
    if len(found) > 1 or (serial and found[0].serial):
        return _conflict(*(("mac", d) for d in found))
    return Match(found[0].key, "mac")


def _by_place(seen: Evidence, here: list[Known]) -> Match:
    """By address, then by name: only a device about which nothing says the contrary."""
    if seen.address:
        at = [d for d in here if d.address == seen.address]
        if at and contradicts(seen, at[0]):
            return _conflict(("address", at[0]))
        if len(at) == 1:
            return Match(at[0].key, "address")
    if name := plain_name(seen.name):
        called = [d for d in here if plain_name(d.name) == name]
        if len(called) == 1:
            if contradicts(seen, called[0]):
                return _conflict(("name", called[0]))
            return Match(called[0].key, "name")
    return Match()


def contradicts(seen: Evidence, known: Known) -> bool:
    """Whether a strong identity of one differs from that of the other."""
    if seen.serial and known.serial and seen.serial.casefold() != known.serial.casefold():
        return True
    return bool(known.mac and seen.macs and known.mac.lower() not in {m.lower() for m in seen.macs})


def _conflict(*pieces: tuple[str, Known]) -> Match:
    return Match(conflict=tuple((what, device.key) for what, device in pieces))


def plain_name(name: str) -> str:
    """A name for comparing: the host part, without case."""
    return name.strip().partition(".")[0].casefold()


# --- ports ---

_SHORT = (
    ("hundredgigabitethernet", "hu"), ("hundredgige", "hu"), ("fortygigabitethernet", "fo"),
    ("twentyfivegige", "twe"), ("tengigabitethernet", "te"), ("tengige", "te"),
    ("fivegigabitethernet", "fi"), ("twogigabitethernet", "tw"), ("gigabitethernet", "gi"),
    ("gigaethernet", "gi"), ("fastethernet", "fa"), ("ethernet", "eth"), ("port-channel", "po"),
)  # fmt: skip


def plain_port(name: str) -> str:
    """A port's name for comparing: ``GigabitEthernet1/0/24``, ``Gi 1/0/24``, ``gi1/0/24`` agree."""
    text = re.sub(r"\s+", "", name.casefold())
    text = re.split(r":(?!\d)", text)[0]  # xe-0/0/0:1 is a port of its own
    for long, short in _SHORT:
        if text.startswith(long):
            return short + text[len(long) :]
    return re.sub(r"^(?:port|if)[#\-_]?(?=\d)", "", text)


# --- differences ---


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing in which the network differs from the register."""

    kind: str
    subject: str
    """What it is about, e.g. ``serial:12``: one row per subject, whatever it says today."""
    intended: str = ""
    observed: str = ""
    device: int | None = None
    seen: int | None = None
    """Key of the observation."""
    detail: dict[str, object] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """What is ignored until it changes."""
        return fingerprint(self.kind, self.intended, self.observed)


def fingerprint(*parts: str) -> str:
    """A short digest of what a difference says."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Intended:
    """A device as the register has it, for comparing."""

    key: int
    maker: str
    model: str
    serial: str
    mac: str
    room: str
    ports: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Seen:
    """A device as it was observed, for comparing."""

    key: int
    maker: str
    model: str
    hardware: str
    serial: str
    macs: frozenset[str]
    version: str
    accepted_version: str
    mac: str = ""
    ports: tuple[str, ...] = ()
    by_itself: bool = True
    """It answered itself; what its controller tells of it is less."""


def compare(intended: Intended, seen: Seen) -> list[Gap]:
    """Field by field. What the device does not tell is no difference."""
    found = []

    def gap(kind: str, here: str, there: str, **detail: object) -> None:
        subject = f"{kind}:{intended.key}"
        found.append(Gap(kind, subject, here, there, intended.key, seen.key, dict(detail)))

    # hardware alone (a management card, an architecture) tells no product
    if seen.model and not same_product(intended.maker, intended.model, (seen.model, seen.hardware)):
        product = f"{seen.maker} {seen.model}".strip()
        here = f"{intended.maker} {intended.model}"
        gap("product", here, product, maker=seen.maker, model=seen.model)
    if seen.serial and seen.serial.casefold() != intended.serial.casefold():
        gap("serial", intended.serial, seen.serial)
    if seen.macs and intended.mac.lower() not in seen.macs:
        gap("mac", intended.mac, seen.mac or min(seen.macs))
    if seen.version and seen.accepted_version and seen.version != seen.accepted_version:
        gap("version", seen.accepted_version, seen.version)
    new = new_ports(intended.ports, seen.ports)
    if new:
        gap("ports", str(len(intended.ports)), str(len(seen.ports)), new=list(new))
    if not intended.room:
        gap("room", "", "")
    return found


def same_product(maker: str, model: str, told: Iterable[str]) -> bool:
    """Whether the register's product is what the device calls itself, in any of its ways."""
    mine, words = _squeezed(model), _words(f"{maker} {model}")
    for text in told:
        way, called = _squeezed(text), _words(text)
        if mine == way or (called and called <= words):
            return True
        if min(len(mine), len(way)) > 3 and (way in mine or mine in way):
            return True
    return False


def _words(text: str) -> frozenset[str]:
    """Parts of at least three characters, one with a digit: ``AP-505`` is ``505``."""
    parts = frozenset(p for p in re.split(r"[^a-z0-9]+", text.casefold()) if len(p) > 2)
    return parts if any(c.isdecimal() for p in parts for c in p) else frozenset()


def _squeezed(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def new_ports(intended: Iterable[str], seen: Iterable[str]) -> tuple[str, ...]:
    """Ports that the device has and the register lacks, in the device's order."""
    known = {plain_port(name) for name in intended}
    return tuple(name for name in seen if plain_port(name) not in known)


def is_missing(silent_since: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether a silent device is missing from the register's point of view. Never heard: yes."""
    return silent_since is None or now - silent_since >= MISSING_AFTER


SAFE = frozenset({"serial", "mac", "version", "ports"})


def is_safe(kind: str, intended: str) -> bool:
    """Whether it may be accepted together with others: it only fills what the register lacks."""
    return kind in ("version", "ports") or (kind in SAFE and not intended)

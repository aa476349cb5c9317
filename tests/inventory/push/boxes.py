"""Devices in memory that speak the contract of a command line, and break as devices do."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from inventory.cli.contract import Dropped, Refused, Rejected, Unreachable
from inventory.models import Device
from inventory.reach import LastRead

BASE = """hostname SW
vlan 10
 name gestion
vlan 99
 name ancien
interface 1
 switchport access vlan 10
ntp server 192.0.2.9
"""


@dataclass
class Box:
    """A switch of the indented grammar: its running and startup configuration, its faults."""

    text: str = BASE
    can_arm: bool = True
    off: bool = False
    locked: bool = False
    rejects: str = ""
    drops_after: int = -1
    on_line: Callable[[str], None] | None = None
    written: list[str] = field(default_factory=list)
    saved: int = 0
    armed: str | None = None

    def __post_init__(self) -> None:
        self.lines = self.text.splitlines()

    def enter(self, lines: Sequence[str]) -> None:
        path: list[str] = []
        for raw in lines:
            line = raw.strip()
            if self.on_line is not None:
                self.on_line(line)
            if self.drops_after == 0:
                self.off, self.drops_after = True, -1
                raise Dropped("La ligne est tombée.")
            if self.rejects and self.rejects in line:
                raise Rejected(f"Commande refusée : {line}", line, "% Invalid input")
            self.drops_after -= self.drops_after > 0
            self.written.append(line)
            if line == "exit":
                path.pop()
            else:
                self._apply(line, path)

    def _apply(self, line: str, path: list[str]) -> None:
        if line.startswith("no "):
            self._remove(line.removeprefix("no "), len(path), path)
            return
        if line.split(maxsplit=1)[0] in {"vlan", "interface", "wlan"} and not path:
            if line not in self.lines:
                self.lines.append(line)
            path.append(line)
            return
        if not path:
            if line not in self.lines:
                self.lines.append(line)
            return
        at = self.lines.index(path[-1]) + 1
        key = line.split(maxsplit=1)[0]
        while at < len(self.lines) and self.lines[at].startswith(" "):
            if self.lines[at].split()[0] == key == "name":
                self.lines[at] = f" {line}"
                return
            if self.lines[at].strip() == line:
                return
            at += 1
        self.lines.insert(at, f" {line}")

    def _remove(self, line: str, depth: int, path: list[str]) -> None:
        if depth:
            at = self.lines.index(path[-1]) + 1
            while at < len(self.lines) and self.lines[at].startswith(" "):
                if self.lines[at].strip() == line:
                    del self.lines[at]
                    return
                at += 1
            return
        if line in self.lines:
            at = self.lines.index(line)
            del self.lines[at]
            while at < len(self.lines) and self.lines[at].startswith(" "):
                del self.lines[at]

    def reload(self) -> None:
        """What happens when nobody confirmed in time."""
        if self.armed is not None:
            self.lines, self.armed, self.off = self.armed.splitlines(), None, False


class BoxSession:
    """The contract's session, with a box at its end."""

    host_key = "c2xl"

    def __init__(self, box: Box) -> None:
        if box.off:
            raise Unreachable("Pas de réponse.")
        if box.locked:
            raise Refused("L’équipement refuse le mot de passe.")
        self.box = box

    def running(self) -> str:
        if self.box.off:
            raise Dropped("La ligne est tombée.")
        return "\n".join(self.box.lines) + "\n"

    def configure(self, lines: Sequence[str]) -> str:
        self.box.enter(lines)
        return ""

    def arm(self, minutes: int) -> bool:
        if self.box.can_arm:
            self.box.armed = self.running()
        return self.box.can_arm

    def confirm(self) -> None:
        self.box.armed = None
        self.box.saved += 1

    def close(self) -> None:
        return None


class BoxReach:
    """The way to devices, in memory. ``boxes``: device key → box."""

    platform = "cisco_ios"

    def __init__(self) -> None:
        self.boxes: dict[int, Box] = {}
        self.reads: dict[int, LastRead] = {}
        self.kept: list[int] = []

    def add(self, device: Device, box: Box | None = None) -> Box:
        self.boxes[device.pk] = box or Box()
        self.read(device)
        return self.boxes[device.pk]

    def read(self, device: Device, at: dt.datetime | None = None) -> None:
        """What a backup of now would keep."""
        lines, digest = self.plain(device, "\n".join(self.boxes[device.pk].lines))
        self.reads[device.pk] = LastRead(self.platform, digest, lines, at or timezone.now())

    def last_reads(self, devices: Iterable[Device]) -> dict[int, LastRead]:
        return {d.pk: self.reads[d.pk] for d in devices if d.pk in self.reads}

    def platforms(self, devices: Iterable[Device]) -> dict[int, str]:
        return {d.pk: self.platform for d in devices if d.pk in self.boxes}

    def open(self, device: Device) -> BoxSession:
        return BoxSession(self.boxes[device.pk])

    def plain(self, device: Device, running: str) -> tuple[list[str], str]:
        lines = [line for line in running.splitlines() if line.strip()]
        return lines, hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def masked(self, platform: str, line: str) -> str:
        return line

    def keep(self, device: Device, running: str, *, planned: bool) -> None:
        self.kept.append(device.pk)
        self.read(device)

"""The way to simulated devices over real SSH: netmiko's own drivers, a simulated vendor's CLI."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils import timezone

from deploy.lab.cli.box import Box
from deploy.lab.cli.server import CliServer
from inventory.cli.contract import Endpoint, Session
from inventory.cli.platforms import platform_of
from inventory.cli.session import open_session
from inventory.cli.volatile import stable
from inventory.models import Device
from inventory.reach import LastRead, digest_of
from tests.inventory.configuration.devices import LOGIN, make_box


class LineReach:
    """As ``BoxReach``, with an SSH server between."""

    def __init__(self, server: CliServer, platform: str = "cisco_ios") -> None:
        self.server, self.platform = server, platform
        self.boxes: dict[int, Box] = {}
        self.ends: dict[int, Endpoint] = {}
        self.reads: dict[int, LastRead] = {}
        self.timeout_s = 10.0

    def add(self, device: Device, box: Box | None = None) -> Box:
        made = box or make_box(self.platform, seed=device.name)
        host, port = self.server.add(made)
        self.boxes[device.pk] = made
        self.ends[device.pk] = Endpoint(made.platform, host, port)
        self.read(device)
        return made

    def read(self, device: Device, at: dt.datetime | None = None) -> None:
        """What a backup keeps, read as a backup reads."""
        session = self.open(device)
        lines, digest = self.plain(device, session.running())
        session.close()
        self.reads[device.pk] = LastRead(self.platform, digest, lines, at or timezone.now())

    def last_reads(self, devices: Iterable[Device]) -> dict[int, LastRead]:
        return {d.pk: self.reads[d.pk] for d in devices if d.pk in self.reads}

    def platforms(self, devices: Iterable[Device]) -> dict[int, str]:
        return {d.pk: self.platform for d in devices if d.pk in self.boxes}

    def open(self, device: Device) -> Session:
        return open_session(self.ends[device.pk], LOGIN, self.timeout_s)

    def plain(self, device: Device, running: str) -> tuple[list[str], str]:
        text = stable(running, platform_of(self.platform))
        return text.splitlines(), digest_of(text)

    def masked(self, platform: str, line: str) -> str:
        return line

    def keep(self, device: Device, running: str, *, planned: bool) -> None:
        lines, digest = self.plain(device, running)
        self.reads[device.pk] = LastRead(self.platform, digest, lines, timezone.now())

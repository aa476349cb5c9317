"""What a push needs of the way to devices: the last configuration read, and a session."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.utils.translation import gettext as _

from inventory.cli.contract import Session, Unreachable
from inventory.models import Device


@dataclass(frozen=True, slots=True)
class LastRead:
    """The newest running configuration that was read: volatile lines stripped, secrets in it."""

    platform: str
    digest: str
    lines: list[str]
    at: dt.datetime


def digest_of(text: str) -> str:
    """Tells two configurations apart, as backups do: SHA-256, in hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


class Reach(Protocol):
    """How devices are reached. The real one is ``inventory.actions.reach_by_cli``."""

    def last_reads(self, devices: Iterable[Device]) -> dict[int, LastRead]:
        """Device → what was read last; few queries for any number. Without one: no entry."""

    def platforms(self, devices: Iterable[Device]) -> dict[int, str]:
        """Device → the platform of its command line; without access to it: no entry."""

    def open(self, device: Device) -> Session:
        """A session with the device. Raises CliError."""

    def plain(self, device: Device, running: str) -> tuple[list[str], str]:
        """A running configuration without its volatile lines, and its digest."""

    def masked(self, platform: str, line: str) -> str:
        """A line as people may see it."""

    def keep(self, device: Device, running: str, *, planned: bool) -> None:
        """Keep what was read after writing. ``planned``: it is what somebody wanted."""


class Nowhere:
    """Where no way is set up: no device has a configuration, none answers."""

    def last_reads(self, devices: Iterable[Device]) -> dict[int, LastRead]:
        return {}

    def platforms(self, devices: Iterable[Device]) -> dict[int, str]:
        return {}

    def open(self, device: Device) -> Session:
        raise Unreachable(_("Aucun accès à sa ligne de commande n’est enregistré."))

    def plain(self, device: Device, running: str) -> tuple[list[str], str]:
        return running.splitlines(), ""

    def masked(self, platform: str, line: str) -> str:
        return line

    def keep(self, device: Device, running: str, *, planned: bool) -> None:
        return None

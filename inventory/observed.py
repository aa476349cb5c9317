"""What higher apps know about devices, asked without importing them (see schools/observed.py)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from schools.observed import Nobody, SiteStates

DeviceStates = SiteStates
"""The same questions, asked about devices."""


def device_states() -> DeviceStates:
    """Whoever ``settings.DEVICE_STATES`` names."""
    named = getattr(settings, "DEVICE_STATES", "")
    return import_string(named)() if named else Nobody()


@dataclass(frozen=True, slots=True)
class Heard:
    """One device heard another on a port (LLDP, CDP)."""

    device: int
    port: str
    far: int
    far_port: str


class Neighbours(Protocol):
    """Who hears whom, from whoever listens all day."""

    def heard(self, sites: Iterable[int]) -> list[Heard]:
        """What the devices of these sites hear of each other, in one query."""


def neighbours_heard(sites: Iterable[int]) -> list[Heard]:
    """What ``settings.NEIGHBOURS`` knows; nothing without it."""
    named = getattr(settings, "NEIGHBOURS", "")
    found: list[Heard] = import_string(named)().heard(sites) if named else []
    return found

"""What higher apps know about sites, asked without importing them.

The register knows places; what is observed there belongs to supervision, to the left of the
arrows. ``settings.SITE_STATES`` names an object of this shape; without it pages show no state.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol, TypeVar

from django.conf import settings
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import import_string

Rows = TypeVar("Rows", bound=QuerySet[Any])


class SiteStates(Protocol):
    """States of sites, keys as in the interface: ok, degraded, down, unknown…"""

    def choices(self) -> list[tuple[str, str | Promise]]:
        """State keys one may filter by, with their words."""

    def states(self, sites: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Site → state key and a few words (``11 classes sans WiFi``), in few queries."""

    def tones(self, sites: Rows) -> dict[int, str]:
        """Site → state key alone, for many sites at once; those that nobody watches are absent."""

    def only(self, sites: Rows, state: str) -> Rows:
        """These sites, those in that state alone."""


class Nobody:
    """Nobody observes: every state is unknown."""

    def choices(self) -> list[tuple[str, str | Promise]]:
        return []

    def states(self, sites: Iterable[int]) -> dict[int, tuple[str, str]]:
        return {}

    def tones(self, sites: Rows) -> dict[int, str]:
        return {}

    def only(self, sites: Rows, state: str) -> Rows:
        return sites


def site_states() -> SiteStates:
    """Whoever ``settings.SITE_STATES`` names."""
    named = getattr(settings, "SITE_STATES", "")
    return import_string(named)() if named else Nobody()

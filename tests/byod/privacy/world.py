"""One of everything of this part, and how the walk of every URL finds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schools.models import Site, User

GUESSES: tuple[tuple[str, dict[str, Any]], ...] = ()
"""Part of a route → what its parameters stand for, most precise first."""
SHARED: dict[str, str] = {}
"""URL names that belong to no school, and why."""
SEEN_THROUGH_ANOTHER: dict[str, str] = {}
"""Models without ``visible_to``, and through what they are read."""


@dataclass
class PrivacyWorld:
    """One of each at the site."""


def make_privacy_world(
    site: Site, technician: User, name: str, made: dict[str, Any]
) -> PrivacyWorld:
    """``made``: what the parts before this one made, by name."""
    return PrivacyWorld()

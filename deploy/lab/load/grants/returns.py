"""The demo of resources given back, indicators and the board."""

from __future__ import annotations

from collections.abc import Mapping

from schools.models import Site


def load_returns(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""

"""The demo of network."""

from __future__ import annotations

from collections.abc import Mapping

from schools.models import Site


def load_network(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""

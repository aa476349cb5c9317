"""The demo of loans."""

from __future__ import annotations

from collections.abc import Mapping

from schools.models import Site


def load_loans(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""

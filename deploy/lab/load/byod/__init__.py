"""The demo of every pupil connected, in the order of its story."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.lab.load.byod.equity import load_connections, load_equity
from deploy.lab.load.byod.loans import load_loans
from deploy.lab.load.byod.network import load_network
from deploy.lab.load.byod.people import load_people
from deploy.lab.load.byod.privacy import load_privacy
from deploy.lab.load.byod.strategy import load_strategy
from schools.models import Site


def load_byod(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    load_people(sites)
    load_network(sites)
    load_strategy(sites)
    load_equity(sites)
    load_loans(sites)
    load_connections(sites)
    load_privacy(sites)

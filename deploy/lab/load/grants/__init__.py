"""The demo of the grants, in the order of their story."""

from __future__ import annotations

from collections.abc import Mapping

from deploy.lab.load.grants.calls import load_calls
from deploy.lab.load.grants.orders import load_orders
from deploy.lab.load.grants.returns import load_returns
from deploy.lab.load.grants.review import load_review
from deploy.lab.load.grants.rights import load_rights
from schools.models import Site


def load_grants(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    load_rights(sites)
    load_calls(sites)
    load_review(sites)
    load_orders(sites)
    load_returns(sites)

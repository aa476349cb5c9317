"""Grants in one of everything (tests/world.py): each part makes its own, from those before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schools.models import Site, User
from tests.grants.calls import world as calls
from tests.grants.orders import world as orders
from tests.grants.returns import world as returns
from tests.grants.review import world as review
from tests.grants.rights import world as rights

PARTS = (rights, calls, review, orders, returns)
GUESSES = tuple(guess for part in PARTS for guess in part.GUESSES)
SHARED = {name: why for part in PARTS for name, why in part.SHARED.items()}
SEEN_THROUGH_ANOTHER = {
    name: why for part in PARTS for name, why in part.SEEN_THROUGH_ANOTHER.items()
}


@dataclass
class GrantsWorld(
    rights.RightsWorld,
    calls.CallsWorld,
    review.ReviewWorld,
    orders.OrdersWorld,
    returns.ReturnsWorld,
):
    """What a site was granted, from the right to the resource given back."""


def make_grants_world(site: Site, technician: User, name: str) -> GrantsWorld:
    """One of each at the site."""
    made: dict[str, Any] = {}
    made |= vars(rights.make_rights_world(site, technician, name, made))
    made |= vars(calls.make_calls_world(site, technician, name, made))
    made |= vars(review.make_review_world(site, technician, name, made))
    made |= vars(orders.make_orders_world(site, technician, name, made))
    made |= vars(returns.make_returns_world(site, technician, name, made))
    return GrantsWorld(**made)

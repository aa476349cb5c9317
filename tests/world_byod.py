"""Every pupil connected in one of everything (tests/world.py): each part makes its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from schools.models import Site, User
from tests.byod.equity import world as equity
from tests.byod.loans import world as loans
from tests.byod.network import world as network
from tests.byod.people import world as people
from tests.byod.privacy import world as privacy
from tests.byod.strategy import world as strategy

PARTS = (people, network, strategy, equity, loans, privacy)
GUESSES = tuple(guess for part in PARTS for guess in part.GUESSES)
SHARED = {name: why for part in PARTS for name, why in part.SHARED.items()}
SEEN_THROUGH_ANOTHER = {
    name: why for part in PARTS for name, why in part.SEEN_THROUGH_ANOTHER.items()
}


@dataclass
class ByodWorld(
    people.PeopleWorld,
    network.NetworkWorld,
    strategy.StrategyWorld,
    equity.EquityWorld,
    loans.LoansWorld,
    privacy.PrivacyWorld,
):
    """What a site lets in and lends."""


def make_byod_world(site: Site, technician: User, name: str) -> ByodWorld:
    """One of each at the site."""
    made: dict[str, Any] = {}
    made |= vars(people.make_people_world(site, technician, name, made))
    made |= vars(network.make_network_world(site, technician, name, made))
    made |= vars(strategy.make_strategy_world(site, technician, name, made))
    made |= vars(equity.make_equity_world(site, technician, name, made))
    made |= vars(loans.make_loans_world(site, technician, name, made))
    made |= vars(privacy.make_privacy_world(site, technician, name, made))
    return ByodWorld(**made)

"""What each part adds to the API."""

from __future__ import annotations

from byod.api import equity, loans, network, people, privacy, strategy

ROUTES = (
    *strategy.ROUTES,
    *people.ROUTES,
    *network.ROUTES,
    *loans.ROUTES,
    *equity.ROUTES,
    *privacy.ROUTES,
)

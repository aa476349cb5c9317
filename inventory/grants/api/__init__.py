"""The API of the grants: each part brings its own routes."""

from __future__ import annotations

from inventory.grants.api import calls, orders, returns, review, rights
from schools.api.routes import Route

ROUTES: list[Route] = [
    *rights.ROUTES,
    *calls.ROUTES,
    *review.ROUTES,
    *orders.ROUTES,
    *returns.ROUTES,
]

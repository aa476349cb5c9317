"""The API of the market, orders and deliveries."""

from __future__ import annotations

from inventory.grants.api.routes import Route

ROUTES: list[Route] = []

"""The API of resources given back, indicators and the board."""

from __future__ import annotations

from inventory.grants.api.routes import Route

ROUTES: list[Route] = []

"""The API of reviews, conflicts of interest, ranking and decisions."""

from __future__ import annotations

from inventory.grants.api.routes import Route

ROUTES: list[Route] = []

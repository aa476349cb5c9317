"""The API of drawing rights and their ledger."""

from __future__ import annotations

from inventory.grants.api.routes import Route

ROUTES: list[Route] = []

"""The API of project calls, their forms and applications."""

from __future__ import annotations

from inventory.grants.api.routes import Route

ROUTES: list[Route] = []

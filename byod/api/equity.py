"""The API of equity: requests, lines, the board."""

from __future__ import annotations

from schools.api.routes import Route

ROUTES: tuple[Route, ...] = ()

"""The API of network access: policies, RADIUS, sessions."""

from __future__ import annotations

from schools.api.routes import Route

ROUTES: tuple[Route, ...] = ()

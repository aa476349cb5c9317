"""The API of people, their devices and credentials."""

from __future__ import annotations

from schools.api.routes import Route

ROUTES: tuple[Route, ...] = ()

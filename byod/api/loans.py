"""The API of loans of devices: pools, the desk, terms."""

from __future__ import annotations

from schools.api.routes import Route

ROUTES: tuple[Route, ...] = ()

"""The API of the privacy of minors: keeping, export, erasure."""

from __future__ import annotations

from schools.api.routes import Route

ROUTES: tuple[Route, ...] = ()

"""Addresses of resources given back, indicators and the board."""

from __future__ import annotations

from inventory.grants.views.returns import urlpatterns

__all__ = ["urlpatterns"]

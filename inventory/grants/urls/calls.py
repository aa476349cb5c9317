"""Addresses of project calls, their forms and applications."""

from __future__ import annotations

from inventory.grants.views.calls import urlpatterns

__all__ = ["urlpatterns"]

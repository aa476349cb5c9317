"""Addresses of reviews, conflicts of interest, ranking and decisions."""

from __future__ import annotations

from inventory.grants.views.review import urlpatterns

__all__ = ["urlpatterns"]

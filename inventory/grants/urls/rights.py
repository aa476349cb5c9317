"""Addresses of drawing rights and their ledger."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.views.rights import (
    corrections,
    entries,
    formulas,
    own,
    pools,
    programmes,
    region,
)

urlpatterns: list[URLPattern] = [
    *own.urlpatterns,
    *entries.urlpatterns,
    *programmes.urlpatterns,
    *formulas.urlpatterns,
    *corrections.urlpatterns,
    *pools.urlpatterns,
    *region.urlpatterns,
]

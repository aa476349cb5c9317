"""Addresses of the grants: each part brings its own."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.urls import calls, orders, returns, review, rights

app_name = "grants"
urlpatterns: list[URLPattern] = [
    *rights.urlpatterns,
    *calls.urlpatterns,
    *review.urlpatterns,
    *orders.urlpatterns,
    *returns.urlpatterns,
]

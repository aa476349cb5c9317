"""Addresses of loans of devices: pools, the desk, terms."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.loans import classes, desk, loans, pools, terms

urlpatterns: list[URLPattern] = [
    *desk.urlpatterns,
    *pools.urlpatterns,
    *classes.urlpatterns,
    *terms.urlpatterns,
    *loans.urlpatterns,
]

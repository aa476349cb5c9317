"""Addresses of loans of devices: pools, the desk, terms."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.loans import ask, classes, desk, loans, pool_rules, pools, region_terms, terms

urlpatterns: list[URLPattern] = [
    *desk.urlpatterns,
    *pools.urlpatterns,
    *pool_rules.urlpatterns,
    *ask.urlpatterns,
    *classes.urlpatterns,
    *terms.urlpatterns,
    *region_terms.urlpatterns,
    *loans.urlpatterns,
]

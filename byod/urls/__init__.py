"""Addresses of every pupil connected: each part brings its own."""

from __future__ import annotations

from django.urls import URLPattern

from byod.urls import equity, loans, network, people, privacy, strategy

app_name = "byod"
urlpatterns: list[URLPattern] = [
    *strategy.urlpatterns,
    *people.urlpatterns,
    *network.urlpatterns,
    *loans.urlpatterns,
    *equity.urlpatterns,
    *privacy.urlpatterns,
]

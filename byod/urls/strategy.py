"""Addresses of the strategy of a school and its states."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.strategy import edit, listing, moves, school

urlpatterns: list[URLPattern] = [
    *listing.urlpatterns,
    *school.urlpatterns,
    *edit.urlpatterns,
    *moves.urlpatterns,
]

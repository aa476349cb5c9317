"""Addresses of the privacy of minors: keeping, export, erasure."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.privacy import followed, kept, person

urlpatterns: list[URLPattern] = [
    *kept.urlpatterns,
    *followed.urlpatterns,
    *person.urlpatterns,
]

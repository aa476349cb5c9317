"""Addresses of resources given back, indicators and the board."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

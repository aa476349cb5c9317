"""Addresses of the strategy of a school and its states."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

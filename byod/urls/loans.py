"""Addresses of loans of devices: pools, the desk, terms."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

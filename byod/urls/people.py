"""Addresses of people, their devices and credentials."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

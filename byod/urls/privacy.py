"""Addresses of the privacy of minors: keeping, export, erasure."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

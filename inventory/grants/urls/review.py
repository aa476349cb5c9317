"""Addresses of reviews, conflicts of interest, ranking and decisions."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

"""Addresses of network access: policies, RADIUS, sessions."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.network import radius

urlpatterns: list[URLPattern] = [*radius.urlpatterns]

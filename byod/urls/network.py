"""Addresses of network access: policies, RADIUS, sessions."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.network import clients, policies, radius, servers, sessions

urlpatterns: list[URLPattern] = [
    *policies.urlpatterns,
    *sessions.urlpatterns,
    *clients.urlpatterns,
    *radius.urlpatterns,
    *servers.urlpatterns,
]

"""Addresses of the inventory: each file of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from inventory.views import connections, devices, differences, network

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *devices.urlpatterns,
    *differences.urlpatterns,
    *network.urlpatterns,
    *connections.urlpatterns,
]

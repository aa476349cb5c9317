"""Addresses of the inventory: each file of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from inventory.views import devices, devices_bulk, devices_import, differences

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *devices.urlpatterns,
    *devices_bulk.urlpatterns,
    *devices_import.urlpatterns,
    *differences.urlpatterns,
]

"""Addresses of the inventory: each file of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from inventory.views import (
    catalogue,
    cloud,
    configuration,
    custom_fields,
    device_edit,
    device_files,
    device_moves,
    devices,
    differences,
    kits,
    network,
    push,
)

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *devices.urlpatterns,
    *device_edit.urlpatterns,
    *device_moves.urlpatterns,
    *device_files.urlpatterns,
    *cloud.urlpatterns,
    *catalogue.urlpatterns,
    *kits.urlpatterns,
    *custom_fields.urlpatterns,
    *differences.urlpatterns,
    *network.urlpatterns,
    *push.urlpatterns,
    *configuration.urlpatterns,
]

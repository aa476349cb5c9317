"""Addresses of the inventory: each file of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from inventory.views import (
    booking,
    booking_new,
    catalogue,
    cloud,
    configuration,
    connections,
    consumables,
    consumables_acts,
    custom_fields,
    device_edit,
    device_files,
    device_moves,
    devices,
    devices_bulk,
    devices_import,
    differences,
    kits,
    network,
    push,
    sharing,
    stock,
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
    *devices_bulk.urlpatterns,
    *devices_import.urlpatterns,
    *differences.urlpatterns,
    *network.urlpatterns,
    *push.urlpatterns,
    *configuration.urlpatterns,
    *booking.urlpatterns,
    *booking_new.urlpatterns,
    *sharing.urlpatterns,
    *consumables.urlpatterns,
    *consumables_acts.urlpatterns,
    *stock.urlpatterns,
    *connections.urlpatterns,
]

"""Addresses of the inventory: each file of pages brings its own."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from inventory.views import (
    booking,
    booking_new,
    consumables,
    consumables_acts,
    devices,
    differences,
    sharing,
)

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    *devices.urlpatterns,
    *differences.urlpatterns,
    *booking.urlpatterns,
    *booking_new.urlpatterns,
    *sharing.urlpatterns,
    *consumables.urlpatterns,
    *consumables_acts.urlpatterns,
]

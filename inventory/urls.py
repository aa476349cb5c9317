"""Addresses of the inventory: devices, differences."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from inventory import difference_views, views
from schools.sheets import sheet_paths

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    path("equipements/", views.devices, name="devices"),
    *sheet_paths("equipements/export", views.export, "devices_export"),
    path("equipements/<int:pk>/", views.device, name="device"),
    *difference_views.urlpatterns,
]

"""Addresses of the inventory: devices, differences."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from inventory import difference_views, views

app_name = "inventory"
urlpatterns: list[URLPattern | URLResolver] = [
    path("equipements/", views.devices, name="devices"),
    path("equipements/export.csv", views.export, name="devices_export"),
    path("equipements/<int:pk>/", views.device, name="device"),
    *difference_views.urlpatterns,
]

"""Addresses of supervision's pages and panels."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

from supervision import device_panels, discovery_pages, site_panels

app_name = "supervision"
urlpatterns: list[URLPattern | URLResolver] = [
    *site_panels.urlpatterns,
    *device_panels.urlpatterns,
    *discovery_pages.urlpatterns,
]

"""Pages of configurations: the list, versions, differences, unplanned changes, access."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.configuration import access, drift, listing, panel, versions

urlpatterns: list[URLPattern] = [
    *listing.urlpatterns,
    *panel.urlpatterns,
    *versions.urlpatterns,
    *drift.urlpatterns,
    *access.urlpatterns,
]

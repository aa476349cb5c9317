"""Pages of a site's network, one file a tab."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.network import (
    addresses,
    cables,
    coverage,
    picture,
    racks,
    rows,
    uplinks,
    vlans,
)

urlpatterns: list[URLPattern] = [
    *picture.urlpatterns,
    *cables.urlpatterns,
    *vlans.urlpatterns,
    *addresses.urlpatterns,
    *racks.urlpatterns,
    *coverage.urlpatterns,
    *uplinks.urlpatterns,
    *rows.urlpatterns,
]

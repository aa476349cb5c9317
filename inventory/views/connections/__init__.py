"""Pages of connections: the lists, a site's own, contracts and offers."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.connections import contracts, costs, lists, register, site

urlpatterns: list[URLPattern] = [
    *lists.urlpatterns,
    *costs.urlpatterns,
    *contracts.urlpatterns,
    *register.urlpatterns,
    *site.urlpatterns,
]

"""Addresses of the market, orders and deliveries."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.views.orders import (
    claims,
    deliveries,
    market,
    orders,
    purchasing,
    reception,
    supplies,
)

urlpatterns: list[URLPattern] = [
    *market.urlpatterns,
    *purchasing.urlpatterns,
    *supplies.urlpatterns,
    *orders.urlpatterns,
    *deliveries.urlpatterns,
    *reception.urlpatterns,
    *claims.urlpatterns,
]

"""Pages of labels, of stock-takings and of inventory declarations."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.stock import (
    count,
    declarations,
    deliveries,
    findings,
    label_runs,
    labels,
    takings,
)

urlpatterns: list[URLPattern] = [
    *labels.urlpatterns,
    *label_runs.urlpatterns,
    *deliveries.urlpatterns,
    *takings.urlpatterns,
    *count.urlpatterns,
    *findings.urlpatterns,
    *declarations.urlpatterns,
]

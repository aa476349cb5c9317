"""Pages of labels, of stock-takings and of inventory declarations."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.stock import count, declarations, findings, labels, takings

urlpatterns: list[URLPattern] = [
    *labels.urlpatterns,
    *takings.urlpatterns,
    *count.urlpatterns,
    *findings.urlpatterns,
    *declarations.urlpatterns,
]

"""Pages of resources given back, of the board and of the indicators."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.views.returns import (
    board,
    board_lists,
    board_map,
    centres,
    deposit,
    follow_up,
    indicators,
    mine,
    oai,
    opened,
    resource,
    resources,
)

urlpatterns: list[URLPattern] = [
    *mine.urlpatterns,
    *follow_up.urlpatterns,
    *centres.urlpatterns,
    *deposit.urlpatterns,
    *resources.urlpatterns,
    *resource.urlpatterns,
    *opened.urlpatterns,
    *oai.urlpatterns,
    *board.urlpatterns,
    *board_lists.urlpatterns,
    *board_map.urlpatterns,
    *indicators.urlpatterns,
]

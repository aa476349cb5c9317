"""Addresses of equity: requests, lines, the board."""

from __future__ import annotations

from django.urls import URLPattern

from byod.views.equity import (
    board,
    board_open,
    board_school,
    decisions,
    lines,
    mine,
    operators,
    requests,
    rounds,
    surveys,
)

urlpatterns: list[URLPattern] = [
    *decisions.urlpatterns,
    *requests.urlpatterns,
    *rounds.urlpatterns,
    *surveys.urlpatterns,
    *mine.urlpatterns,
    *operators.urlpatterns,
    *lines.urlpatterns,
    *board.urlpatterns,
    *board_open.urlpatterns,
    *board_school.urlpatterns,
]

"""Pages of reviews, rankings and decisions."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.grants.views.review import (
    board,
    decisions,
    desk,
    people,
    questions,
    rankings,
    reconsiderations,
    results,
    runs,
)

urlpatterns: list[URLPattern] = [
    *desk.urlpatterns,
    *questions.urlpatterns,
    *board.urlpatterns,
    *people.urlpatterns,
    *rankings.urlpatterns,
    *runs.urlpatterns,
    *decisions.urlpatterns,
    *reconsiderations.urlpatterns,
    *results.urlpatterns,
]

"""Pages of planned changes, of templates and of settings."""

from __future__ import annotations

from django.urls import URLPattern

from inventory.views.push import new_plan, plan, plans, settings, templates

urlpatterns: list[URLPattern] = [
    *plans.urlpatterns,
    *new_plan.urlpatterns,
    *plan.urlpatterns,
    *templates.urlpatterns,
    *settings.urlpatterns,
]

"""Addresses of the imports, under `/imports/`."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools.sheets import sheet_paths
from schools.views import imports as views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.imports, name="imports"),
    *sheet_paths("export", views.export, "imports_export"),
    path("nouveau/", views.new, name="import_new"),
    path("exemples/<slug:kind>.csv", views.example, name="import_example"),
    path("<int:pk>/", views.run, name="import"),
    path("<int:pk>/progression/", views.progress, name="import_progress"),
    path("<int:pk>/refusees.csv", views.refused, name="import_refused"),
    path("<int:pk>/confirmer/", views.confirm, name="import_confirm"),
    path("<int:pk>/abandonner/", views.abandon, name="import_abandon"),
]

"""Addresses of the register: sites, agreements, one's account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from schools import (
    journal_views,
    key_views,
    urls_agreements,
    views,
    views_calendars,
    views_opening,
)

app_name = "schools"
urlpatterns: list[URLPattern | URLResolver] = [
    path("implantations/", views.sites, name="sites"),
    path("implantations/export.csv", views.export, name="sites_export"),
    path("implantations/<int:pk>/", views.site, name="site"),
    path("implantations/<int:pk>/accords/<str:kind>/donner/", views.give, name="give"),
    path("implantations/<int:pk>/accords/<int:consent>/retirer/", views.revoke, name="revoke"),
    path("journal/", journal_views.journal, name="journal"),
    path("journal/export.csv", journal_views.export, name="journal_export"),
    path("journal/<int:pk>/", journal_views.entry, name="journal_entry"),
    path("implantations/<int:pk>/horaire/", views_opening.opening, name="opening"),
    path(
        "implantations/<int:pk>/horaire/<int:number>/remettre/",
        views_opening.opening_restore,
        name="opening_restore",
    ),
    path("calendriers/", views_calendars.calendars, name="calendars"),
    path("calendriers/export.csv", views_calendars.calendars_export, name="calendars_export"),
    path("calendriers/importer/", views_calendars.calendar_import, name="calendar_import"),
    path("calendriers/publier/", views_calendars.calendar_publish, name="calendar_publish"),
    path("calendriers/<slug:community>.ics", views_calendars.calendar_feed, name="calendar_feed"),
    path(
        "calendriers/<slug:community>/<int:year>/",
        views_calendars.calendar_year,
        name="calendar_year",
    ),
    path(
        "calendriers/<slug:community>/<int:year>/corriger/",
        views_calendars.calendar_correct,
        name="calendar_correct",
    ),
    path("imports/", include("schools.urls_imports")),
    path("mon-compte/", views.account, name="account"),
    path("mon-compte/cles/", key_views.keys, name="keys"),
    path("mon-compte/cles/<int:pk>/revoquer/", key_views.revoke, name="revoke_key"),
    *urls_agreements.urlpatterns,
]

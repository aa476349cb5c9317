"""Addresses of the register: places, the map, the box, agreements, rooms, one's account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from schools import urls_agreements
from schools.people.urls import urlpatterns as people_urls
from schools.sheets import (
    sheet_paths,
)
from schools.views import authorities as authority_page
from schools.views import calendars as views_calendars
from schools.views import journal as journal_views
from schools.views import keys as key_views
from schools.views import map as map_page
from schools.views import opening as views_opening
from schools.views import rooms as rooms_page
from schools.views import saved_views, webhooks
from schools.views import schools as school_page
from schools.views import search as search_page
from schools.views import sites as views

app_name = "schools"
urlpatterns: list[URLPattern | URLResolver] = [
    path("chercher/", search_page.search, name="search"),
    path("chercher/propositions/", search_page.search_box, name="search_box"),
    path("carte/", map_page.site_map, name="map"),
    path("carte/points.json", map_page.map_points, name="map_points"),
    path("carte/<int:pk>/", map_page.map_site, name="map_site"),
    path("ecoles/", school_page.schools, name="schools"),
    *sheet_paths("ecoles/export", school_page.schools_export, "schools_export"),
    path("ecoles/<int:pk>/", school_page.school, name="school"),
    path("pouvoirs-organisateurs/", authority_page.authorities, name="authorities"),
    *sheet_paths(
        "pouvoirs-organisateurs/export", authority_page.authorities_export, "authorities_export"
    ),
    path("pouvoirs-organisateurs/<int:pk>/", authority_page.authority, name="authority"),
    path("implantations/", views.sites, name="sites"),
    *sheet_paths("implantations/export", views.export, "sites_export"),
    path("implantations/<int:pk>/", views.site, name="site"),
    path("implantations/<int:pk>/les-locaux/", rooms_page.rooms, name="site_rooms"),
    path("implantations/<int:pk>/les-locaux/ajouter/", rooms_page.add, name="add_rooms"),
    path("implantations/<int:pk>/les-locaux/retirer/", rooms_page.withdraw, name="withdraw_rooms"),
    path("implantations/<int:pk>/les-locaux/<int:room>/", rooms_page.change, name="change_room"),
    path(
        "implantations/<int:pk>/les-locaux/<int:room>/fermer/", rooms_page.close, name="close_room"
    ),
    path(
        "implantations/<int:pk>/les-locaux/<int:room>/rouvrir/",
        rooms_page.reopen,
        name="reopen_room",
    ),
    path("implantations/<int:pk>/accords/<str:kind>/donner/", views.give, name="give"),
    path("implantations/<int:pk>/accords/<int:consent>/retirer/", views.revoke, name="revoke"),
    path("journal/", journal_views.journal, name="journal"),
    *sheet_paths("journal/export", journal_views.export, "journal_export"),
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
    *webhooks.urlpatterns,
    *saved_views.urlpatterns,
    *urls_agreements.urlpatterns,
    *people_urls,
]

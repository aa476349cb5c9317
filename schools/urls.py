"""Addresses of the register: sites, agreements, one's account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools import journal_views, key_views, views

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
    path("mon-compte/", views.account, name="account"),
    path("mon-compte/cles/", key_views.keys, name="keys"),
    path("mon-compte/cles/<int:pk>/revoquer/", key_views.revoke, name="revoke_key"),
]

"""Addresses of the register: sites, agreements, one's account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools import views
from schools.people.urls import urlpatterns as people_urls

app_name = "schools"
urlpatterns: list[URLPattern | URLResolver] = [
    path("implantations/", views.sites, name="sites"),
    path("implantations/export.csv", views.export, name="sites_export"),
    path("implantations/<int:pk>/", views.site, name="site"),
    path("implantations/<int:pk>/accords/<str:kind>/donner/", views.give, name="give"),
    path("implantations/<int:pk>/accords/<int:consent>/retirer/", views.revoke, name="revoke"),
    path("mon-compte/", views.account, name="account"),
    *people_urls,
]

"""Addresses of the register: places, the map, the box, agreements, rooms, one's account."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from schools import authority_page, map_page, rooms_page, school_page, search_page, views
from schools.sheets import sheet_paths

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
    path("implantations/<int:pk>/les-locaux/retirer/", rooms_page.withdraw, name="withdraw"),
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
    path("mon-compte/", views.account, name="account"),
]

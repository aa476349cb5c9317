"""The map of sites that received something and of those that never did."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_GET

from inventory.access import require
from inventory.grants.access.returns import can_see_board
from inventory.grants.models.calls.awards import Award
from inventory.grants.views.returns import stages
from inventory.grants.views.returns.board_lists import SITES, sites_asked
from schools.filters import filtered, shown
from schools.models.places import place_name
from schools.views.doors import user_of
from schools.views.map import MAP_AT_MOST, Point

RECEIVED, NEVER = "ok", "degraded"


def state_words() -> str:
    """What the colours of this map mean: never first, so that a group shows it."""
    told = {
        NEVER: {"icon": "circle-dashed", "word": _("N’a jamais rien reçu"), "rank": 0},
        RECEIVED: {"icon": "award", "word": _("A déjà reçu"), "rank": 1},
    }
    return json.dumps(told)


def _points(request: HttpRequest) -> list[Point]:
    rows = sites_asked(user_of(request), request).order_by("pk")
    told = rows.values_list(
        *("pk", "latitude", "longitude", "province", "school__name", "name"),
        *("postcode", "municipality__name", "awarded"),
    )
    return [
        Point(
            pk=pk,
            state=RECEIVED if awarded else NEVER,
            lat=lat,
            lon=lon,
            province=province,
            label=place_name(school, name),
            town=f"{postcode} {town}".strip(),
        )
        for pk, lat, lon, province, school, name, postcode, town, awarded in told[:MAP_AT_MOST]
    ]


@require_GET
@login_required
def board_map(request: HttpRequest) -> HttpResponse:
    """GET `/tableau-de-bord/carte/`."""
    require(can_see_board(user_of(request)))
    points = _points(request)
    query = request.GET.copy()
    query.pop("apres", None)
    context = {
        "menu": "board",
        "crumbs": [(_("Tableau de bord"), reverse("grants:board")), (_("Carte des octrois"), None)],
        "points": points,
        "received": sum(point.state == RECEIVED for point in points),
        "never": sum(point.state == NEVER for point in points),
        "nowhere": sum(point.lat is None for point in points),
        "states": state_words(),
        "filters": shown(SITES, request),
        "filtered": filtered(SITES, request.GET),
        "query": request.GET.get("q", ""),
        "asked": query.urlencode(),
        "tiles": settings.MAP_TILES,
        "tiles_credit": settings.MAP_TILES_CREDIT,
    }
    return render(request, "grants/returns/board_map.html", context)


@require_GET
@login_required
@gzip_page
@cache_control(private=True, no_cache=True)
@conditional_page
def board_points(request: HttpRequest) -> HttpResponse:
    """GET `/tableau-de-bord/carte/points.json`: as the map of sites reads them."""
    require(can_see_board(user_of(request)))
    states = [RECEIVED, NEVER]
    rows: list[list[Any]] = [
        [p.pk, round(p.lat, 5), round(p.lon, 5), states.index(p.state), p.label, p.town]
        for p in _points(request)
        if p.lat is not None and p.lon is not None
    ]
    return JsonResponse(
        {"states": states, "sites": rows, "cut": len(rows) >= MAP_AT_MOST},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )


@require_GET
@login_required
def board_site(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/tableau-de-bord/carte/<id>/`: what the map says of one site."""
    user = user_of(request)
    require(can_see_board(user))
    site = get_object_or_404(
        stages.received(stages.schools_sites(user)).select_related("school", "municipality"), pk=pk
    )
    awards = Award.objects.visible_to(user).filter(application__site=site, state__in=stages.GRANTED)
    context = {
        "site": site,
        "states": json.loads(state_words())[RECEIVED if site.awarded else NEVER],
        "state": RECEIVED if site.awarded else NEVER,
        "awards": awards.select_related("application__call")[:5],
    }
    return render(request, "grants/returns/_board_site.html", context)


urlpatterns: list[URLPattern] = [
    path("tableau-de-bord/carte/", board_map, name="board_map"),
    path("tableau-de-bord/carte/points.json", board_points, name="board_points"),
    path("tableau-de-bord/carte/<int:pk>/", board_site, name="board_site"),
]

"""The map of sites: one bounded list of points, drawn by the browser; no tile server needed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import conditional_page, require_GET

from schools.counts import last_year
from schools.filters import filtered, shown
from schools.listing import FILTERS, sites_asked, sites_seen, town_chosen
from schools.models import Headcount, User
from schools.models.places import place_name
from schools.observed import site_states
from schools.pupils_shown import pupils_shown
from schools.views.doors import user_of

MAP_AT_MOST = 5_000
"""Points of one map: the Region has 3,500 sites. Beyond, the page says that it shows a part."""
SHOWN = tuple(one for one in FILTERS if one.name != "coordonnees")


@dataclass(frozen=True, slots=True)
class Point:
    """A site of the map; the attributes that the interface's ``region_map`` reads."""

    pk: int
    state: str
    lat: float | None
    lon: float | None
    province: str
    label: str
    town: str
    count: int = 1
    url: str = ""


def points_of(user: User, request: HttpRequest) -> tuple[list[Point], bool]:
    """The sites that the address asks for, and whether some were left out."""
    asked = sites_asked(user, request.GET, timezone.localdate())
    rows = list(
        asked.order_by("pk").values_list(
            "pk",
            "latitude",
            "longitude",
            "province",
            "school__name",
            "name",
            "postcode",
            "municipality__name",
        )[: MAP_AT_MOST + 1]
    )
    states = site_states().tones(asked)
    points = [
        Point(
            pk=pk,
            state=states.get(pk, "unknown"),
            lat=lat,
            lon=lon,
            province=province,
            label=place_name(school, name),
            town=f"{postcode} {town}".strip(),
        )
        for pk, lat, lon, province, school, name, postcode, town in rows[:MAP_AT_MOST]
    ]
    return points, len(rows) > MAP_AT_MOST


@require_GET
@login_required
def site_map(request: HttpRequest) -> HttpResponse:
    """GET `/carte/`: the drawn outline, on which the browser builds the map."""
    user = user_of(request)
    points, cut = points_of(user, request)
    query = request.GET.copy()
    query.pop("apres", None)
    context = {
        "menu": "map",
        "crumbs": [(_("Carte"), None)],
        "points": points,
        "total": len(points),
        "cut": cut,
        "nowhere": sum(point.lat is None for point in points),
        "filters": shown(SHOWN, request),
        "town": town_chosen(user, request.GET),
        "query": request.GET.get("q", ""),
        "asked": query.urlencode(),
        "filtered": filtered(SHOWN, request.GET, "commune"),
        "tiles": settings.MAP_TILES,
        "tiles_credit": settings.MAP_TILES_CREDIT,
    }
    return render(request, "schools/map.html", context)


@require_GET
@login_required
@gzip_page
@cache_control(private=True, no_cache=True)
@conditional_page
def map_points(request: HttpRequest) -> HttpResponse:
    """GET `/carte/points.json`: ``[key, latitude, longitude, state, name, town]`` per site.

    Asked again with the ETag of the last answer it costs no bytes while nothing changed.
    """
    points, cut = points_of(user_of(request), request)
    states = sorted({point.state for point in points})
    rank = {state: n for n, state in enumerate(states)}
    rows: list[list[Any]] = [
        [p.pk, round(p.lat, 5), round(p.lon, 5), rank[p.state], p.label, p.town]
        for p in points
        if p.lat is not None and p.lon is not None
    ]
    return JsonResponse(
        {"states": states, "sites": rows, "cut": cut},
        json_dumps_params={"ensure_ascii": False, "separators": (",", ":")},
    )


@require_GET
@login_required
def map_site(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/carte/<id>/`: what the map says of one site."""
    user = user_of(request)
    here = get_object_or_404(sites_seen(user, timezone.localdate()), pk=pk)
    state, words = site_states().states([here.pk]).get(here.pk, ("unknown", ""))
    context = {
        "site": here,
        "state": state,
        "words": words,
        "pupils": pupils_shown(Headcount.objects.filter(site=here, year=last_year())),
    }
    return render(request, "schools/_map_site.html", context)

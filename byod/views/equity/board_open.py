"""Open data of the equity board: by province and by network, small counts hidden."""

from __future__ import annotations

from collections import defaultdict

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from byod.board_equity import SENSITIVE, Figures, Row, figures_of, rows_of, secondary, total
from byod.rules.equity.years import school_year, year_words
from byod.rules.privacy import SMALLEST
from byod.views.equity.board import cells_of, grouped, heads
from schools.models import Network, School
from schools.sheets import sheet_paths, sheet_response

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"


def open_rows() -> list[tuple[str, Row]]:
    """What everybody may read: by province and by network, never by school."""
    found = list(secondary(School.objects.all()))
    figures = figures_of([one.pk for one in found], school_year(timezone.localdate()))
    told = [("province", row) for row in rows_of(grouped("province", found, figures))]
    parts: dict[str, list[Figures]] = defaultdict(list)
    for one in found:
        parts[one.network].append(figures[one.pk])
    words = dict(Network.choices)
    groups = [(key, str(words.get(key, key)), total(rows), None) for key, rows in parts.items()]
    return told + [("network", row) for row in rows_of(sorted(groups))]


@require_GET
@cache_control(public=True, max_age=3600)
def open_data(request: HttpRequest) -> JsonResponse:
    """GET `/equite/donnees.json`: aggregates; null where fewer than five are counted."""
    response = JsonResponse(
        {
            "source": "Préau, Service public de Wallonie",
            "licence": {"name": LICENCE, "url": LICENCE_URL},
            "taken": f"{timezone.localdate():%Y-%m-%d}",
            "school_year": year_words(school_year(timezone.localdate())),
            "smallest_group": SMALLEST,
            "rows": [
                {
                    "by": by,
                    "group": row.key.partition("-")[2] or row.key,
                    "label": row.name,
                    "schools": row.figures.schools,
                    "pupils": row.figures.pupils,
                    "target": row.figures.target,
                    "devices_free": row.figures.supply,
                    **{one: row.told[one] for one in SENSITIVE},
                }
                for by, row in open_rows()
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def open_sheet(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equite/donnees.csv`: the same; the licence stands on every line."""
    rows = ([by, *cells_of(row), f"{LICENCE} {LICENCE_URL}"] for by, row in open_rows())
    told = [_("Ventilation"), *heads(), _("Licence")]
    return sheet_response(request, "equite-donnees-ouvertes", told, rows, ending=ending)


urlpatterns: list[URLPattern] = [
    path("equite/donnees.json", open_data, name="equity_open_data"),
    *sheet_paths("equite/donnees", open_sheet, "equity_open_sheet"),
]

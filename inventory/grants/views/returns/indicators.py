"""Indicators of the grants, for everybody: definitions, years, what was kept, open data."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_GET

from inventory.access import require
from inventory.grants.access.returns import can_see_board
from inventory.grants.indicators import (
    BY_WORDS,
    GROUPS,
    Figure,
    all_figures,
    all_indicators,
    installed_devices,
)
from inventory.grants.indicators_orders import installed_without_a_day
from inventory.grants.indicators_returns import counted_resources
from inventory.grants.models.returns.snapshots import IndicatorSnapshot
from inventory.models import Device
from schools.filters import Filter, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LICENCE = "CC BY 4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
YEARS_SHOWN = 6
LATEST = (Column(KEY.path, down=True, kind=int),)


@require_GET
def indicators(request: HttpRequest) -> HttpResponse:
    """GET `/indicateurs/octrois/`: ``?annee=`` chooses a year, ``?releve=`` a day that was kept."""
    kept = snapshot_asked(request)
    figures = figures_of(kept)
    years = sorted({figure.year for figure in figures if figure.year is not None})
    year = year_asked(request, years)
    context = {
        "menu": "indicators",
        "crumbs": [(_("Indicateurs"), None)],
        "cards": [card_of(key, figures, year, years) for key in all_indicators()],
        "year": year,
        "tail": f"&annee={year}" if year else "",
        "kept": kept,
        "filters": shown(filters_of(years), request),
        "licence": LICENCE,
        "licence_url": LICENCE_URL,
        "undated": installed_without_a_day() if kept is None else 0,
        "officer": isinstance(request.user, User) and bool(can_see_board(request.user)),
        "asked": request.GET.urlencode(),
        "shown_at": timezone.now(),
    }
    return render(request, "grants/returns/indicators.html", context)


def filters_of(years: list[int]) -> list[Filter]:
    """The years that have figures, and the days on which figures were kept."""
    days = [(f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y}") for day in days_kept()]
    return [
        Filter("annee", _("Année"), lambda: [(n, n) for n in reversed(years)], _all),
        Filter("releve", _("Relevé"), lambda: days, _all),
    ]


def _all(rows: Any, _value: str) -> Any:
    """These filters choose figures, not rows."""
    return rows


def days_kept() -> list[Any]:
    """The days on which figures were kept, the latest first."""
    rows = IndicatorSnapshot.objects.order_by("-taken_on")
    return list(rows.values_list("taken_on", flat=True).distinct()[:60])


def snapshot_asked(request: HttpRequest) -> Any:
    """The day that the address names; None: as things stand now."""
    told = request.GET.get("releve", "")
    try:
        return parse_date(told) if told else None
    except ValueError:
        return None


def year_asked(request: HttpRequest, years: list[int]) -> int | None:
    """The year that the address names; None: all years together."""
    told = request.GET.get("annee", "")
    year = int(told) if told.isdecimal() and len(told) == 4 else None
    return year if year in years else None


def figures_of(kept: Any) -> list[Figure]:
    """The figures of a day that was kept, or those of now."""
    if kept is None:
        return all_figures()
    rows = IndicatorSnapshot.objects.filter(taken_on=kept)
    return [
        Figure(key, year, by, group, value)
        for key, year, by, group, value in rows.values_list("key", "year", "by", "group", "value")
    ]


def card_of(key: str, figures: list[Figure], year: int | None, years: list[int]) -> dict[str, Any]:
    """An indicator with its figure, its course over the years, and its breakdowns."""
    told_of = all_indicators()[key]
    mine = [figure for figure in figures if figure.key == key]
    told_year = year if any(one.year is not None for one in mine) else None
    course = {f.year: f.value for f in mine if not f.by and f.year is not None}
    told: dict[str, list[Figure]] = defaultdict(list)
    for figure in mine:
        if figure.by and figure.year == told_year:
            told[figure.by].append(figure)
    value = next((f.value for f in mine if not f.by and f.year == told_year), Decimal(0))
    last = years[-YEARS_SHOWN:]
    return {
        "indicator": told_of,
        "value": value * 100 if told_of.percent else value,
        "year": told_year,
        "known": bool(mine),
        "years": last,
        "series": [(told_of.unit, [int(course.get(one, 0)) for one in last])],
        "plotted": not told_of.percent and len([n for n in course if course[n]]) > 1,
        "tables": [
            (BY_WORDS[by], sorted(rows, key=lambda one: (-one.value, one.words)))
            for by, rows in told.items()
        ],
        "detail": key in DETAILS,
    }


@require_GET
@cache_control(public=True, max_age=300)
def open_data_json(request: HttpRequest) -> JsonResponse:
    """GET `/indicateurs/octrois/donnees.json`: every figure, with definitions and the licence."""
    kept = snapshot_asked(request)
    response = JsonResponse(
        {
            "source": "Préau, Service public de Wallonie",
            "licence": {"name": LICENCE, "url": LICENCE_URL},
            "taken": f"{kept or timezone.localdate():%Y-%m-%d}",
            "indicators": [
                {
                    "key": one.key,
                    "name": str(one.name),
                    "definition": str(one.definition),
                    "unit": str(one.unit),
                }
                for one in all_indicators().values()
            ],
            "figures": [
                {
                    "key": one.key,
                    "year": one.year,
                    "by": one.by or "region",
                    "group": one.group or None,
                    "label": one.words or None,
                    "value": float(one.value),
                }
                for one in figures_of(kept)
            ],
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Access-Control-Allow-Origin"] = "*"
    return response


@require_GET
def open_data_sheet(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/indicateurs/octrois/donnees.csv`: the same; the licence stands on every line."""
    kept = snapshot_asked(request)
    heads = [
        *(_("Indicateur"), _("Nom"), _("Année"), _("Ventilation"), _("Groupe"), _("Valeur")),
        *(_("Unité"), _("Relevé du"), _("Licence")),
    ]
    day = kept or timezone.localdate()
    known = all_indicators()
    rows = (
        [
            *(one.key, str(known[one.key].name), one.year, str(BY_WORDS[one.by]), one.words),
            float(one.value) if known[one.key].percent else int(one.value),
            *(str(known[one.key].unit), day, f"{LICENCE} {LICENCE_URL}"),
        ]
        for one in figures_of(kept)
        if one.key in known
    )
    return sheet_response(request, "indicateurs-appels", heads, rows, ending=ending)


def _device_cells(row: Device) -> list[object]:
    return [
        *(row.code, row.product.get_category_display(), str(row.product), row.installed_on),
        *(row.site.school.name, row.site.name, row.get_state_display()),
    ]


def _resource_cells(row: Any) -> list[object]:
    return [
        *(row.reference, row.newest.title, row.depositor_text, row.accepted_at),
        *(row.site.school.name, row.site.name, row.newest.get_licence_display()),
    ]


SHARED = [
    *(gettext_lazy("Référence"), gettext_lazy("Titre"), gettext_lazy("Déposant")),
    *(gettext_lazy("Acceptée le"), gettext_lazy("École"), gettext_lazy("Implantation")),
    gettext_lazy("Licence"),
]
DETAILS: dict[str, tuple[Any, Any, list[Any], bool]] = {
    "K7": (
        lambda: installed_devices().select_related("product", "site__school"),
        _device_cells,
        [
            *(gettext_lazy("Code"), gettext_lazy("Type"), gettext_lazy("Modèle")),
            *(gettext_lazy("Installé le"), gettext_lazy("École"), gettext_lazy("Implantation")),
            gettext_lazy("Situation"),
        ],
        False,
    ),
    "K13": (
        lambda: counted_resources().select_related("newest", "site__school"),
        _resource_cells,
        SHARED,
        True,
    ),
    "K14": (
        lambda: counted_resources().select_related("newest", "site__school"),
        _resource_cells,
        SHARED,
        True,
    ),
}
"""Indicator → its rows, how a row is told, its heads, whether rows name people."""


def _detailed(request: HttpRequest, key: str) -> Any:
    """The rows that an indicator counts, for officers, narrowed as the page was."""
    require(can_see_board(user_of(request)))
    if key not in DETAILS:
        raise Http404
    rows = DETAILS[key][0]()
    told = request.GET.get("annee", "")
    column = "installed_on__year" if key == "K7" else "accepted_at__year"
    if told.isdecimal() and len(told) == 4:
        rows = rows.filter(**{column: int(told)})
    group, by = request.GET.get("groupe", ""), request.GET.get("par", "")
    paths = {
        "category": "product__category",
        "province": "site__province",
        "network": "site__school__network",
    }
    if by in paths and group in GROUPS[by] and (by != "category" or key == "K7"):
        rows = rows.filter(Q(**{paths[by]: group}))
    return rows


@require_GET
@login_required
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """GET `/indicateurs/octrois/K14/`: the rows that the figure counts, for officers."""
    asked = _detailed(request, key)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    _rows, cells, heads, _people = DETAILS[key]
    told = all_indicators()[key]
    context = {
        "menu": "indicators",
        "crumbs": [(_("Indicateurs"), reverse("grants:indicators")), (key, None)],
        "indicator": told,
        "heads": heads,
        "rows": [cells(row) for row in rows],
        "after": after,
        "total": asked.count(),
        "year": request.GET.get("annee", ""),
        "export_name": "grants:indicator_export",
    }
    return render(request, "grants/returns/indicator.html", context)


@require_GET
@login_required
def indicator_export(request: HttpRequest, key: str, ending: str) -> HttpResponseBase:
    """GET `/indicateurs/octrois/K14/export.csv`."""
    asked = _detailed(request, key)
    _rows, cells, heads, people = DETAILS[key]
    lines = (cells(row) for row in in_order(asked, LATEST).iterator(chunk_size=500))
    name = f"indicateur-{key}"
    return sheet_response(request, name, heads, lines, ending=ending, people=people)


urlpatterns: list[URLPattern] = [
    path("indicateurs/octrois/", indicators, name="indicators"),
    path("indicateurs/octrois/donnees.json", open_data_json, name="open_data_json"),
    *sheet_paths("indicateurs/octrois/donnees", open_data_sheet, "open_data"),
    path("indicateurs/octrois/<slug:key>/", indicator, name="indicator"),
    *sheet_paths("indicateurs/octrois/<slug:key>/export", indicator_export, "indicator_export"),
]

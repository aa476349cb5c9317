"""The equity board: Region → province → PO → school, and its export."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from byod.access.equity.board import BOARD_READERS, can_read_board, can_split
from byod.board_equity import (
    Figures,
    Row,
    figures_of,
    peers_of,
    provinces_of,
    rows_of,
    school_rows,
    secondary,
    told_total,
    told_words,
    total,
)
from byod.equity_places import keys_in, schools_run_by
from byod.indicators import k9
from byod.models.loans.pools import LoanPool
from byod.rules.equity.years import school_year, year_words
from inventory.access import require
from schools.filters import Filter, filtered, shown
from schools.models import Network, Province, School, Site, User
from schools.models.scope import scope_of, sites_q
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

PAGE = 100
LEVELS: dict[str, Any] = {
    "province": gettext_lazy("Par province"),
    "po": gettext_lazy("Par pouvoir organisateur"),
    "ecole": gettext_lazy("Par école"),
}
SORTS: dict[str, Any] = {
    "besoin": gettext_lazy("Jamais servies, puis besoin non couvert"),
    "nom": gettext_lazy("Nom"),
    "eleves": gettext_lazy("Élèves, le plus d’abord"),
    "attente": gettext_lazy("En attente, le plus d’abord"),
}
COLUMNS: dict[str, Any] = {
    "connected": gettext_lazy("Connectés"),
    "unequipped": gettext_lazy("Sans appareil"),
    "unconnected": gettext_lazy("Sans connexion"),
    "served": gettext_lazy("Servis"),
    "waiting": gettext_lazy("En attente"),
    "unmet": gettext_lazy("Besoin non couvert"),
    "devices_out": gettext_lazy("Appareils prêtés"),
    "lines_out": gettext_lazy("Connexions prêtées"),
    "lines_unused": gettext_lazy("Connexions inutilisées"),
}


FACTS = ("served", "waiting", "unmet", "lines_out")


@dataclass(frozen=True, slots=True)
class Board:
    """What the address bar asks for."""

    level: str
    rows: list[Row]
    figures: Figures
    told: dict[str, int | None]
    crumbs: list[tuple[str, str | None]]


def filters() -> tuple[Filter, ...]:
    """They narrow schools, whatever the level that is shown."""
    return (
        Filter(
            "province",
            _("Province"),
            lambda: Province.choices,
            lambda rows, value: rows.filter(sites__municipality__province=value).distinct(),
        ),
        Filter(
            "reseau",
            _("Réseau"),
            lambda: Network.choices,
            lambda rows, value: rows.filter(network=value),
        ),
    )


def board_of(user: User, request: HttpRequest) -> Board:
    """The rows of a level with what may be told of each."""
    require(can_read_board(user))
    scope = scope_of(user, BOARD_READERS)
    schools = secondary(School.objects.within(scope)).select_related("authority")
    for one in filters():
        value = request.GET.get(one.name, "")
        if value in {key for key, _w in one.choices()}:
            schools = one.narrow(schools, value)
    po = next(iter(keys_in([request.GET.get("po", "")])), None)
    if po is not None:
        schools = schools.filter(authority=po)
    level = _level(request, wide=scope.region or bool(scope.provinces), po=po)
    found = list(schools.order_by("name", "pk"))
    peers = (
        peers_of(School.objects.within(scope))
        if level == "ecole"
        else {one.pk: one.authority_id for one in found}
    )
    figures = figures_of(list(peers), school_year(timezone.localdate()))
    mine = {one.pk for one in schools_run_by(user)} & peers.keys()
    rows = (
        school_rows(found, peers, figures, mine)
        if level == "ecole"
        else rows_of(grouped(level, found, figures))
    )
    whole = total([row.figures for row in rows])
    exact = level == "ecole" and all(one.pk in mine for one in found)
    told = told_total(whole, rows, exact=exact, narrowed=filtered(filters(), request.GET, "po"))
    rows = _sought(_sorted(rows, request.GET.get("tri", "besoin")), request.GET.get("q", ""))
    return Board(level, rows, whole, told, _crumbs(request, level, found, po))


def _level(request: HttpRequest, *, wide: bool, po: int | None) -> str:
    asked = request.GET.get("niveau", "")
    if asked in LEVELS:
        return asked
    if po is not None or not wide:
        return "ecole"
    return "po" if request.GET.get("province") else "province"


def grouped(
    level: str, schools: list[School], figures: dict[int, Figures]
) -> list[tuple[str, str, Figures, School | None]]:
    """Schools summed by PO or by province."""
    parts: dict[tuple[str, str], list[Figures]] = defaultdict(list)
    places = provinces_of([one.pk for one in schools]) if level == "province" else {}
    words = dict(Province.choices)
    for one in schools:
        if level == "po":
            key = (f"po-{one.authority_id}", one.authority.name)
        else:
            place = places.get(one.pk, "")
            key = (f"province-{place}", str(words.get(place, _("hors province"))))
        parts[key].append(figures[one.pk])
    return [(key, name, total(rows), None) for (key, name), rows in sorted(parts.items())]


def _sorted(rows: list[Row], sort: str) -> list[Row]:
    """Schools where somebody waits and nobody was ever served come first."""
    orders: dict[str, Any] = {
        "nom": lambda row: (row.name.casefold(), row.key),
        "eleves": lambda row: (-row.figures.pupils, row.key),
        "attente": lambda row: (-(row.told["waiting"] or 0), row.key),
    }
    usual: Any = lambda row: (  # noqa: E731  beside the others
        not row.figures.never_served,
        -(row.told["unmet"] or 0),
        row.name.casefold(),
        row.key,
    )
    return sorted(rows, key=orders.get(sort, usual))


def _sought(rows: list[Row], words: str) -> list[Row]:
    wanted = words.casefold().split()[:6]
    return [row for row in rows if all(word in row.name.casefold() for word in wanted)]


def _crumbs(
    request: HttpRequest, level: str, schools: list[School], po: int | None
) -> list[tuple[str, str | None]]:
    home = reverse("byod:equity")
    province = dict(Province.choices).get(request.GET.get("province", ""))
    told: list[tuple[str, str | None]] = [(_("Équité des prêts"), home)]
    if province:
        told.append((str(province), f"{home}?province={request.GET['province']}"))
    if po is not None and schools:
        told.append((schools[0].authority.name, None))
    told[-1] = (told[-1][0], None)
    return told


@require_GET
@login_required
def board(request: HttpRequest) -> HttpResponse:
    """GET `/equite/`: filters, ``?niveau=``, ``?po=``, ``?q=``, ``?tri=``."""
    user = user_of(request)
    found = board_of(user, request)
    start = next(iter(keys_in([request.GET.get("apres", "")])), 0)
    page = found.rows[start : start + PAGE]
    context = {
        "menu": "equity",
        "crumbs": found.crumbs,
        "board": found,
        "rows": [(row, _url(request, row), told_cells(row.told, row.figures)) for row in page],
        "heads": told_cells(found.told, found.figures),
        "facts": [(COLUMNS[name], told_words(found.told, found.figures)[name]) for name in FACTS],
        "k9": k9(_sites_of(user)),
        "total": len(found.rows),
        "after": str(start + PAGE) if len(found.rows) > start + PAGE else "",
        "year": year_words(school_year(timezone.localdate())),
        "levels": [*LEVELS.items()],
        "chart": _chart(found.rows),
        "sort": request.GET.get("tri") if request.GET.get("tri") in SORTS else "besoin",
        "sorts": [*SORTS.items()],
        "filters": shown(filters(), request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(filters(), request.GET, "po"),
        "per_pupil": settings.EQUITY_EUR_PER_PUPIL,
        "device_year": settings.EQUITY_DEVICE_YEAR_EUR,
        "pools": _pools(user),
    }
    return render(request, "byod/equity/board.html", context)


def told_cells(told: dict[str, int | None], figures: Figures) -> list[tuple[Any, int | str]]:
    """Heading and count of each column, in order; words where it is not shown."""
    words = told_words(told, figures)
    return [(word, words[name]) for name, word in COLUMNS.items()]


def _sites_of(user: User) -> Any:
    return Site.objects.filter(sites_q(scope_of(user, BOARD_READERS)))


def _url(request: HttpRequest, row: Row) -> str:
    kind, _dash, key = row.key.partition("-")
    if kind == "ecole":
        return reverse("byod:equity_school", args=[key])
    home = reverse("byod:equity")
    return f"{home}?province={key}" if kind == "province" else f"{home}?po={key}"


def _chart(rows: list[Row]) -> dict[str, Any] | None:
    """Served and waiting of the eight rows that wait most; small counts are not drawn."""
    known = [row for row in rows if row.told["waiting"] is not None]
    first = sorted(known, key=lambda row: -(row.told["waiting"] or 0))[:8]
    if not first:
        return None
    return {
        "names": [row.name if len(row.name) < 16 else f"{row.name[:14]}…" for row in first],
        "series": [
            (_("servis"), [row.told["served"] or 0 for row in first]),
            (_("en attente"), [row.told["waiting"] or 0 for row in first]),
        ],
    }


def _pools(user: User) -> list[LoanPool]:
    """Shared pools that the person may split."""
    rows = LoanPool.objects.visible_to(user).filter(school=None, closed_on=None)
    return [one for one in rows.select_related("authority") if can_split(user, one)]


def heads() -> list[str]:
    """Of the export and of the open data."""
    return [
        *(_("Nom"), _("Écoles"), _("Élèves"), *(str(word) for word in COLUMNS.values())),
        *(_("Appareils libres"), _("Connexions libres"), _("Cible"), _("Budget (EUR)")),
        *(_("Planifié (EUR)"), _("Estimé (EUR)")),
    ]


def cells_of(row: Row) -> list[object]:
    """Small counts say « moins de 5 »."""
    budget = row.figures.budget
    return [
        *(row.name, row.figures.schools, row.figures.pupils),
        *(told_words(row.told, row.figures)[one] for one in COLUMNS),
        *(row.figures.supply, row.figures.lines_free, row.figures.target, budget.granted),
        *(budget.planned, "" if row.used is None else row.used),
    ]


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equite/export.csv`: the same rows, the same hidden counts."""
    found = board_of(user_of(request), request)
    rows = (cells_of(row) for row in found.rows)
    return sheet_response(request, "equite-des-prets", heads(), rows, ending=ending)


urlpatterns: list[URLPattern] = [
    path("equite/", board, name="equity"),
    *sheet_paths("equite/export", export, "equity_export"),
]

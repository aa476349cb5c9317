"""The lists behind the board's figures: applications at a stage, sites by what they received."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.access import require
from inventory.grants.access.returns import can_see_board
from inventory.grants.models.calls.published import Call
from inventory.grants.views.returns import stages
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Network, Province, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of


def _calls() -> list[tuple[int, str]]:
    return list(Call.objects.published().values_list("pk", "reference"))


APPLICATIONS = (
    Filter(
        "etape",
        gettext_lazy("Étape"),
        lambda: [(key, words) for key, (words, _icon, _asked) in stages.STAGES.items()],
        stages.at_stage,
    ),
    Filter("appel", gettext_lazy("Appel"), _calls, by("call")),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
    Filter("reseau", gettext_lazy("Réseau"), lambda: Network.choices, by("site__school__network")),
)
SITES = (
    Filter(
        "recu",
        gettext_lazy("Octrois"),
        lambda: [
            ("jamais", gettext_lazy("jamais rien reçu")),
            ("deja", gettext_lazy("déjà reçu")),
        ],
        lambda rows, value: rows.filter(awarded=value == "deja"),
    ),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("province")),
    Filter("reseau", gettext_lazy("Réseau"), lambda: Network.choices, by("school__network")),
    Filter("ise", gettext_lazy("Classe ISE"), lambda: [*stages.BANDS.items()], stages.in_band),
)
BY_SCHOOL = (Column("school__name"), Column("name"), KEY)
LATEST = (Column(KEY.path, down=True, kind=int),)


def applications_asked(user: User, request: HttpRequest) -> Any:
    rows = stages.applications_of(user).select_related("call", "site__school")
    rows = rows.annotate(granted=F("award__amount"))
    for word in request.GET.get("q", "").replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
        )
    return narrowed(rows, APPLICATIONS, request.GET)


def sites_asked(user: User, request: HttpRequest) -> Any:
    rows = stages.with_ise(stages.received(stages.schools_sites(user)))
    rows = rows.select_related("school__authority", "municipality")
    for word in request.GET.get("q", "").replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(school__name__unaccent__icontains=word)
            | Q(name__unaccent__icontains=word)
            | Q(municipality__name__unaccent__icontains=word)
        )
    return narrowed(rows, SITES, request.GET)


@require_GET
@login_required
def board_applications(request: HttpRequest) -> HttpResponse:
    """GET `/tableau-de-bord/dossiers/`: the files that a stage counts. Of a draft only that there
    is one: its title is the school's own until it is sent."""
    user = user_of(request)
    require(can_see_board(user))
    asked = applications_asked(user, request)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "board",
        "crumbs": [(_("Tableau de bord"), reverse("grants:board")), (_("Dossiers"), None)],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "filters": shown(APPLICATIONS, request),
        "filtered": filtered(APPLICATIONS, request.GET),
        "query": request.GET.get("q", ""),
    }
    return render(request, "grants/returns/board_applications.html", context)


@require_GET
@login_required
def board_applications_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/tableau-de-bord/dossiers/export.csv`."""
    user = user_of(request)
    require(can_see_board(user))
    heads = [
        *(_("Dossier"), _("Appel"), _("École"), _("Implantation"), _("Province"), _("Réseau")),
        *(_("État"), _("Envoyé le"), _("Demandé (EUR)"), _("Accordé (EUR)")),
    ]
    rows = in_order(applications_asked(user, request), LATEST)
    cells = (
        [
            *(row.reference, row.call.reference, row.site.school.name, row.site.name),
            *(row.site.get_province_display(), row.site.school.get_network_display()),
            *(row.get_state_display(), row.submitted_at, row.amount, row.granted),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "dossiers-par-etape", heads, cells, ending=ending)


@require_GET
@login_required
def board_sites(request: HttpRequest) -> HttpResponse:
    """GET `/tableau-de-bord/implantations/`: who received something, who never did."""
    user = user_of(request)
    require(can_see_board(user))
    asked = sites_asked(user, request)
    rows, after = page_of(asked, BY_SCHOOL, request.GET.get("apres", ""))
    context = {
        "menu": "board",
        "crumbs": [(_("Tableau de bord"), reverse("grants:board")), (_("Implantations"), None)],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "filters": shown(SITES, request),
        "filtered": filtered(SITES, request.GET),
        "query": request.GET.get("q", ""),
        "asked": _without_cursor(request),
    }
    return render(request, "grants/returns/board_sites.html", context)


def _without_cursor(request: HttpRequest) -> str:
    query = request.GET.copy()
    query.pop("apres", None)
    return query.urlencode()


@require_GET
@login_required
def board_sites_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/tableau-de-bord/implantations/export.csv`."""
    user = user_of(request)
    require(can_see_board(user))
    heads = [
        *(_("Pouvoir organisateur"), _("Établissement"), _("Implantation"), _("Numéro")),
        *(_("Commune"), _("Province"), _("Réseau"), _("Classe ISE"), _("A déjà reçu")),
    ]
    rows = in_order(sites_asked(user, request), BY_SCHOOL)
    cells = (
        [
            *(row.school.authority.name, row.school.name, row.name, row.number),
            *(row.municipality.name, row.get_province_display()),
            *(row.school.get_network_display(), row.ise, _("oui") if row.awarded else _("non")),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "implantations-octrois", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("tableau-de-bord/dossiers/", board_applications, name="board_applications"),
    *sheet_paths(
        "tableau-de-bord/dossiers/export", board_applications_export, "board_applications_export"
    ),
    path("tableau-de-bord/implantations/", board_sites, name="board_sites"),
    *sheet_paths("tableau-de-bord/implantations/export", board_sites_export, "board_sites_export"),
]

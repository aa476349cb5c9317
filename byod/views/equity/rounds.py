"""Rounds: which were made, and one of them explained and made again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from byod.actions.equity.make_round import rerun_round
from byod.equity_words import AFTER, reasons
from byod.models.equity.rounds import AllocationRound
from byod.rules.equity.order import thawed
from byod.rules.equity.years import year_words
from byod.views.equity.requests import school_or_refuse
from schools.keyset import KEY, Column, page_of
from schools.sheets import sheet_response
from schools.views.doors import user_of

LATEST = (Column("made_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))


@dataclass(frozen=True, slots=True)
class PlaceShown:
    """A line of a round; ``request``: its key while it is not forgotten."""

    position: int
    reasons: list[str]
    after: Any
    device: bool
    line: bool
    request: int | None


@require_GET
@login_required
def rounds(request: HttpRequest) -> HttpResponse:
    """GET `/demandes-de-pret/tours/`: those of one's school, the latest first."""
    user, school, mine = school_or_refuse(request)
    asked = AllocationRound.objects.visible_to(user).filter(school=school)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "loan_requests",
        "crumbs": [(_("Demandes de prêt"), reverse("byod:loan_requests")), (_("Tours"), None)],
        "school": school,
        "mine": mine,
        "rows": [(row, len(row.outcome), year_words(row.year)) for row in rows],
        "after": after,
    }
    return render(request, "byod/equity/rounds.html", context)


def round_seen(request: HttpRequest, pk: int) -> AllocationRound:
    """A round of a school that the person sees; else 404."""
    rows = AllocationRound.objects.visible_to(user_of(request)).filter(school__isnull=False)
    return get_object_or_404(rows.select_related("school"), pk=pk)


def places_of(row: AllocationRound) -> list[PlaceShown]:
    """Every place with its reasons, from the stored inputs alone."""
    asked, _supply = thawed(row.inputs)
    told = {one.n: one for one in asked}
    keys = dict(row.places.values_list("n", "request"))
    return [
        PlaceShown(
            position=one["position"],
            reasons=reasons(told[one["n"]], row.year),
            after=AFTER[one["after_by"]],
            device=one["device"],
            line=one["line"],
            request=keys.get(one["n"]),
        )
        for one in row.outcome
    ]


@require_GET
@login_required
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/demandes-de-pret/tours/<id>/`: made again before the reader’s eyes."""
    row = round_seen(request, pk)
    try:
        again, places = rerun_round(row), places_of(row)
    except ValueError:  # rules of a version that is gone: what is stored is still told
        again, places = None, []
    context = {
        "menu": "loan_requests",
        "crumbs": [
            (_("Demandes de prêt"), reverse("byod:loan_requests")),
            (_("Tours"), reverse("byod:loan_rounds")),
            (f"{row.made_at:%d/%m/%Y}", None),
        ],
        "row": row,
        "year": year_words(row.year),
        "places": places,
        "again": again,
        "supply": row.inputs.get("supply", {}),
    }
    return render(request, "byod/equity/round.html", context)


@require_GET
@login_required
def round_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """GET `/demandes-de-pret/tours/<id>/export.csv`: places and reasons; nobody is named."""
    row = round_seen(request, pk)
    heads = [_("Position"), _("Ce qui compte"), _("Pourquoi à cette place"), _("Appareil")]
    heads.append(_("Connexion"))
    cells = (
        [one.position, ", ".join(one.reasons), one.after, one.device, one.line]
        for one in places_of(row)
    )
    ending = request.GET.get("format", "csv")
    return sheet_response(request, f"tour-{row.pk}", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("demandes-de-pret/tours/", rounds, name="loan_rounds"),
    path("demandes-de-pret/tours/<int:pk>/", round_page, name="loan_round"),
    path("demandes-de-pret/tours/<int:pk>/export.csv", round_export, name="loan_round_export"),
]

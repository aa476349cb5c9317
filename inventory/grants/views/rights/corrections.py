"""Corrections to countersign, counting errors to answer, the nightly recount."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.rights import can_correct, can_countersign
from inventory.grants.actions.rights.correct import countersign_correction, refuse_correction
from inventory.grants.actions.rights.counting import answer_counting_error
from inventory.grants.models.rights.corrections import (
    Correction,
    CorrectionState,
    CountingError,
    CountingErrorState,
    Recount,
)
from inventory.grants.models.rights.ledger import DrawingRight
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import Column, in_order, page_of
from schools.models import Province
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("pk", down=True, kind=int),)
FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: CorrectionState.choices, by("state")),
    Filter(
        "province", gettext_lazy("Province"), lambda: Province.choices, by("right__site__province")
    ),
)
ERROR_FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: CountingErrorState.choices, by("state")),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
)


@require_GET
@login_required
def corrections(request: HttpRequest) -> HttpResponse:
    """GET `/droits/corrections/`."""
    user = user_of(request)
    asked = narrowed(_corrections(request), FILTERS, request.GET)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": [(_("Droits de tirage"), reverse("grants:rights")), (_("Corrections"), None)],
        "rows": [(one, *_told(can_countersign(user, one))) for one in rows],
        "after": after,
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": "",
        "recount": Recount.objects.first(),
    }
    return render(request, "grants/rights/corrections.html", context)


def _corrections(request: HttpRequest) -> Any:
    rows = Correction.objects.visible_to(user_of(request))
    return rows.select_related("right__site__school", "right__programme", "counting_error")


def _told(answer: Any) -> tuple[bool, str]:
    return bool(answer), answer.why if isinstance(answer, Refused) else ""


@require_GET
@login_required
def corrections_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/droits/corrections/export.csv`."""
    rows = in_order(narrowed(_corrections(request), FILTERS, request.GET), LATEST)
    heads = [
        *(_("Proposée le"), _("École"), _("Implantation"), _("Montant (EUR)"), _("Motif")),
        *(_("Proposée par"), _("État"), _("Décidée le"), _("Décidée par"), _("Motif de décision")),
    ]
    cells = (
        [
            *(one.proposed_at, one.right.site.school.name, one.right.site.name, one.amount),
            *(one.why, one.proposed_by_text, one.get_state_display(), one.decided_at),
            *(one.decided_by_text, one.decided_why),
        ]
        for one in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "corrections-droits", heads, cells, ending=ending, people=True)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/corrections/<id>/`: countersign, or refuse with a reason."""
    user = user_of(request)
    seen = Correction.objects.visible_to(user).select_related("right__site__school")
    row = get_object_or_404(seen, pk=pk)
    try:
        if request.POST.get("decision") == "refuser":
            refuse_correction(user, row, request.POST.get("motif", ""), timezone.now())
            messages.success(request, _("Refusée, avec votre motif."))
        else:
            countersign_correction(user, row, timezone.now())
            messages.success(request, _("Contresignée\u00a0: l’écriture est faite."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:corrections")


@require_GET
@login_required
def errors(request: HttpRequest) -> HttpResponse:
    """GET `/droits/comptages/`: what schools say of the count."""
    user = user_of(request)
    asked = narrowed(_errors(request), ERROR_FILTERS, request.GET)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    rights = DrawingRight.objects.filter(site__in=[one.site_id for one in rows])
    held = {right.site_id: right.pk for right in rights.order_by("usable_until")}
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": [
            (_("Droits de tirage"), reverse("grants:rights")),
            (_("Erreurs de comptage"), None),
        ],
        "rows": [(one, bool(can_correct(user, one.site)), held.get(one.site_id)) for one in rows],
        "after": after,
        "filters": shown(ERROR_FILTERS, request),
        "filtered": filtered(ERROR_FILTERS, request.GET),
        "query": "",
    }
    return render(request, "grants/rights/errors.html", context)


def _errors(request: HttpRequest) -> Any:
    return CountingError.objects.visible_to(user_of(request)).select_related("site__school")


@require_GET
@login_required
def errors_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/droits/comptages/export.csv`."""
    rows = in_order(narrowed(_errors(request), ERROR_FILTERS, request.GET), LATEST)
    heads = [
        *(_("Signalée le"), _("École"), _("Implantation"), _("Comptage"), _("Comptés")),
        *(_("Selon l’école"), _("Explication"), _("État"), _("Réponse")),
    ]
    cells = (
        [
            *(one.told_at, one.site.school.name, one.site.name, one.count_year, one.counted),
            *(one.claimed, one.text, one.get_state_display(), one.answer),
        ]
        for one in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "erreurs-comptage", heads, cells, ending=ending)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/droits/comptages/<id>/`."""
    user = user_of(request)
    seen = CountingError.objects.visible_to(user).select_related("site__school")
    row = get_object_or_404(seen, pk=pk)
    accepted = request.POST.get("decision") == "reconnue"
    try:
        answer_counting_error(user, row, accepted, request.POST.get("reponse", ""), timezone.now())
        messages.success(request, _("L’école lit votre réponse sur sa page."))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    return redirect("grants:counting_errors")


urlpatterns: list[URLPattern] = [
    path("droits/corrections/", corrections, name="corrections"),
    *sheet_paths("droits/corrections/export", corrections_export, "corrections_export"),
    path("droits/corrections/<int:pk>/", decide, name="correction_decide"),
    path("droits/comptages/", errors, name="counting_errors"),
    *sheet_paths("droits/comptages/export", errors_export, "counting_errors_export"),
    path("droits/comptages/<int:pk>/", answer, name="counting_error_answer"),
]

"""For everybody, without an account: open, announced and past calls, in French and German."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.access.calls.facts import facts_of, word_of
from inventory.grants.models.calls.applications import IN_HAND, Application, ApplicationState
from inventory.grants.models.calls.published import Call, CallDocument, CallPhase
from inventory.grants.rules.calls.eligibility import told
from inventory.grants.rules.calls.grid import GridRefused, read_grid, read_ranking
from inventory.grants.rules.calls.questions import in_words, read_form
from inventory.grants.views.calls.files import download
from inventory.grants.views.calls.school import chances_for, my_sites
from inventory.grants.views.calls.shown import phase_shown
from schools.models import User

AWARDED = (ApplicationState.AWARDED, ApplicationState.CONDITIONAL)
SHOWN_AT_ONCE = 100


@require_GET
def calls(request: HttpRequest) -> HttpResponse:
    """GET `/appels/`."""
    now = timezone.now()
    rows = list(_counted(Call.objects.published())[:SHOWN_AT_ONCE])
    shown = [(row, row.current, phase_shown(row, now)) for row in rows]
    context = {
        "menu": "",
        "shell_page": _shell(request),
        "open": [one for one in shown if one[2].key == CallPhase.OPEN],
        "planned": [one for one in shown if one[2].key == CallPhase.PLANNED],
        "past": [one for one in shown if one[2].key in (CallPhase.CLOSED, CallPhase.DECIDED)],
        "crumbs": [(_("Appels à projets"), None)],
    }
    return render(request, "grants/calls/public_list.html", context)


def _shell(request: HttpRequest) -> str:
    """The page's frame: the platform's for its people, a plain one for everybody else."""
    return "base.html" if request.user.is_authenticated else "grants/calls/public_base.html"


def _counted(rows: QuerySet[Call]) -> QuerySet[Call]:
    sent = ~Q(applications__state__in=[*IN_HAND, ApplicationState.WITHDRAWN])
    return (
        rows.select_related("current")
        .annotate(
            received=Count("applications", filter=sent, distinct=True),
            awarded=Count("applications", filter=Q(applications__state__in=AWARDED), distinct=True),
        )
        .order_by("-current__closes_at", "-pk")
    )


def published_call(reference: str) -> Call:
    """A published call by its reference; else 404, in preparation or not there alike."""
    rows = _counted(Call.objects.published()).select_related("current__form")
    return get_object_or_404(rows, reference=reference)


@require_GET
def call(request: HttpRequest, reference: str) -> HttpResponse:
    """GET `/appels/<reference>/`."""
    now = timezone.now()
    row = published_call(reference)
    version: Any = row.current
    context = {
        "shell_page": _shell(request),
        "call": row,
        "version": version,
        "phase": phase_shown(row, now),
        "conditions": told(version.eligibility, word_of),
        "sections": read_form(version.form.content),
        "documents": version.documents.all(),
        "versions": row.versions.published().order_by("-number"),
        **_judging(version),
        **_for_me(request, row, now),
        "crumbs": [(_("Appels à projets"), reverse("grants:public_calls")), (row.reference, None)],
    }
    return render(request, "grants/calls/public_call.html", context)


def _judging(version: Any) -> dict[str, Any]:
    """How files are judged and ranked, for everybody to read."""
    try:
        grid, ranking = read_grid(version.grid), read_ranking(version.ranking)
    except (GridRefused, ValueError, KeyError, TypeError):
        return {"criteria": [], "ranking": None}
    total = grid.total_weight
    criteria = [
        {
            "label": in_words(one.label),
            "kind": one.kind,
            "share": round(one.weight * 100 / total),
            "threshold": one.threshold,
            "max_points": one.max_points,
            "anchors": [(points, in_words(text)) for points, text in sorted(one.anchors.items())],
        }
        for one in grid.criteria
    ]
    return {"criteria": criteria, "grid": grid, "ranking": ranking if grid.criteria else None}


def _for_me(request: HttpRequest, row: Call, now: Any) -> dict[str, Any]:
    """« Mon école peut-elle participer ? »: for who writes for a school."""
    if not isinstance(request.user, User):
        return {"chances": [], "for_me": False}
    sites = my_sites(request.user)
    on = timezone.localdate(now)
    mine = list(Application.objects.visible_to(request.user).filter(call=row))
    chances = chances_for(row, sites, facts_of(sites, on), mine, on) if sites else []
    return {"chances": chances, "for_me": bool(sites)}


@require_GET
def document(request: HttpRequest, reference: str, pk: int) -> HttpResponse:
    """GET `/appels/<reference>/documents/<id>/`: of a published version."""
    rows = CallDocument.objects.filter(
        version__call__reference=reference, version__published_at__isnull=False
    )
    row = get_object_or_404(rows, pk=pk)
    return download(row.file, row.name, row.content_type)


urlpatterns: list[URLPattern] = [
    path("appels/", calls, name="public_calls"),
    path("appels/<slug:reference>/", call, name="public_call"),
    path("appels/<slug:reference>/documents/<int:pk>/", document, name="public_document"),
]

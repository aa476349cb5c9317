"""Resources handed in: the queue of those who validate, and every school's own."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.access.returns import is_officer
from inventory.grants.models.returns.resources import Resource, ResourceState
from inventory.grants.views.returns.listing import SORTS, TO_JUDGE, searched
from schools.filters import filtered, narrowed, shown
from schools.keyset import in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

COLOURS = {
    ResourceState.DRAFT: ("unknown", "pencil"),
    ResourceState.DEPOSITED: ("planned", "inbox"),
    ResourceState.TO_CORRECT: ("suspect", "arrow-back-up"),
    ResourceState.ACCEPTED: ("recover", "circle-check"),
    ResourceState.PUBLISHED: ("ok", "world"),
    ResourceState.WITHDRAWN: ("degraded", "circle-x"),
}
"""State → colour and icon of its badge."""


def _asked(user: User, request: HttpRequest) -> Any:
    rows = Resource.objects.visible_to(user).select_related(
        "newest__centre", "site__school", "obligation"
    )
    return narrowed(searched(rows, request.GET.get("q", ""), "newest"), TO_JUDGE, request.GET)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "recentes"


@require_GET
@login_required
def resources(request: HttpRequest) -> HttpResponse:
    """GET `/ressources/`: what was handed in, what waits for a validation first in mind."""
    user, sort = user_of(request), _sort(request)
    asked = _asked(user, request)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    seen = Resource.objects.visible_to(user)
    context = {
        "menu": "resources",
        "crumbs": [(_("Ressources rendues"), None)],
        "rows": [(row, *COLOURS[ResourceState(row.state)]) for row in rows],
        "after": after,
        "total": asked.count(),
        "to_judge": seen.filter(state=ResourceState.DEPOSITED).count(),
        "to_publish": seen.filter(state=ResourceState.ACCEPTED).count(),
        "filters": shown(TO_JUDGE, request),
        "filtered": filtered(TO_JUDGE, request.GET),
        "query": request.GET.get("q", ""),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
        "officer": is_officer(user),
    }
    return render(request, "grants/returns/resources.html", context)


@require_GET
@login_required
def resources_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/ressources/export.csv`: the same filters; it names depositors, and says who took it."""
    heads = [
        *(_("Référence"), _("Titre"), _("État"), _("Établissement"), _("Implantation")),
        *(_("Déposant"), _("Déposée le"), _("Acceptée le"), _("Licence"), _("Centre")),
        *(_("Public"), _("Matières"), _("Genre"), _("Langue")),
    ]
    rows = in_order(_asked(user_of(request), request), SORTS[_sort(request)][1])
    cells = (_cells(row) for row in rows.iterator(chunk_size=500))
    return sheet_response(request, "ressources", heads, cells, ending=ending, people=True)


def _cells(row: Any) -> list[object]:
    told = row.newest
    return [
        *(row.reference, told.title if told else "", row.get_state_display()),
        *(row.site.school.name, row.site.name, row.depositor_text),
        *(row.deposited_at, row.accepted_at, told.get_licence_display() if told else ""),
        str(told.centre or "") if told else "",
        ", ".join(told.audience_words) if told else "",
        ", ".join(told.subject_words) if told else "",
        *((told.get_kind_display(), told.get_language_display()) if told else ("", "")),
    ]


urlpatterns: list[URLPattern] = [
    path("ressources/", resources, name="resources"),
    *sheet_paths("ressources/export", resources_export, "resources_export"),
]

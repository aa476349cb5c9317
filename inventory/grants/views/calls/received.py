"""For officers: every file that was sent, with filters, search, order and export."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.access import require
from inventory.grants.access.calls.who import can_keep_calls
from inventory.grants.models.calls.applications import IN_HAND, Application, ApplicationState
from inventory.grants.models.calls.published import Call
from inventory.grants.views.calls.school import search
from inventory.grants.views.calls.shown import state_shown
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Network, Province, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

SENT_STATES = [one for one in ApplicationState.choices if one[0] not in IN_HAND]
FILTERS = (
    Filter(
        "appel",
        gettext_lazy("Appel"),
        lambda: [
            (one, one) for one in Call.objects.published().values_list("reference", flat=True)
        ],
        by("call__reference"),
    ),
    Filter("etat", gettext_lazy("État"), lambda: SENT_STATES, by("state")),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
    Filter("reseau", gettext_lazy("Réseau"), lambda: Network.choices, by("site__school__network")),
)
DOWN = Column(KEY.path, down=True, kind=int)
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recents": (
        gettext_lazy("Reçus récemment"),
        (Column("submitted_at", down=True, moment=True), DOWN),
    ),
    "attente": (
        gettext_lazy("Attend depuis longtemps"),
        (Column("submitted_at", moment=True), KEY),
    ),
    "ecole": (gettext_lazy("École"), (Column("site__school__name"), KEY)),
    "titre": (gettext_lazy("Titre"), (Column("title"), KEY)),
}


@require_GET
@login_required
def applications(request: HttpRequest) -> HttpResponse:
    """GET `/dossiers/recus/`."""
    user, now = user_of(request), timezone.now()
    require(can_keep_calls(user))
    asked = _asked(user, request)
    sort = _sort(request)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    context = {
        "menu": "applications",
        "crumbs": [(_("Dossiers"), None)],
        "rows": [(row, state_shown(row, now)) for row in rows],
        "after": after,
        "total": asked.count(),
        "amount": asked.aggregate(n=Sum("amount"))["n"] or 0,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
    }
    return render(request, "grants/calls/applications.html", context)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "recents"


def _asked(user: User, request: HttpRequest) -> QuerySet[Application]:
    rows = (
        Application.objects.visible_to(user)
        .filter(submitted_at__isnull=False)
        .select_related("site__school", "call", "version")
    )
    return narrowed(search(rows, request.GET.get("q", "")), FILTERS, request.GET)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/dossiers/recus/export.csv`: the same filters, the whole list."""
    user = user_of(request)
    require(can_keep_calls(user))
    heads = [
        *(_("Référence"), _("Titre"), _("Appel"), _("Version"), _("Pouvoir organisateur")),
        *(_("Établissement"), _("Implantation"), _("Province"), _("Réseau"), _("État")),
        *(_("Montant"), _("Envoyé le"), _("Motif")),
    ]
    asked = _asked(user, request).select_related("site__school__authority")
    rows = in_order(asked, SORTS[_sort(request)][1])
    cells = (
        [
            *(row.reference, row.title, row.call.reference, row.version.number),
            *(str(row.site.school.authority), row.site.school.name, row.site.name),
            *(row.site.get_province_display(), row.site.school.get_network_display()),
            *(row.get_state_display(), row.amount, row.submitted_at, row.why),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "dossiers-recus", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("dossiers/recus/", applications, name="applications"),
    *sheet_paths("dossiers/recus/export", export, "applications_export"),
]

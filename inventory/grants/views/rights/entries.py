"""All entries of the ledger that a person sees: filters, export."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.grants.models.rights.ledger import Movement
from inventory.grants.rights_entries import FILTERS, SORTS, movements_asked, shown
from schools.filters import filtered
from schools.filters import shown as filters_shown
from schools.keyset import in_order, page_of
from schools.listing_schools import order_of
from schools.models import School
from schools.sheets import CHUNK, EXPORT_AT_MOST, batches, sheet_paths, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def entries(request: HttpRequest) -> HttpResponse:
    """GET `/droits/ecritures/`."""
    user = user_of(request)
    sort = order_of(request.GET, SORTS)
    asked = movements_asked(user, request.GET)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    context: dict[str, Any] = {
        "menu": "rights",
        "crumbs": [(_("Droits de tirage"), reverse("grants:rights")), (_("Écritures"), None)],
        "rows": shown(rows),
        "after": after,
        "place": _place(request),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": filters_shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "ecole", "site"),
    }
    return render(request, "grants/rights/entries.html", context)


def _place(request: HttpRequest) -> School | None:
    """The school that the address narrows to, where the person sees it."""
    key = request.GET.get("ecole", "")
    if not (key.isdecimal() and len(key) < 10):
        return None
    return School.objects.visible_to(user_of(request)).filter(pk=key).first()


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/droits/ecritures/export.csv`: the same filters, every entry."""
    heads = [
        *(_("Le"), _("Écriture"), _("École"), _("Implantation"), _("Montant (EUR)")),
        *(_("De"), _("Vers"), _("Cause"), _("Année scolaire"), _("Par"), _("Motif")),
    ]
    order = SORTS[order_of(request.GET, SORTS)][1]
    rows = in_order(movements_asked(user_of(request), request.GET), order)[:EXPORT_AT_MOST]
    return sheet_response(
        request,
        "ecritures-droits",
        heads,
        _cells(rows.iterator(chunk_size=CHUNK)),
        ending=ending,
        people=True,
    )


def _cells(rows: Iterator[Movement]) -> Iterator[list[object]]:
    for some in batches(rows):
        for one in shown(some):
            movement = one.movement
            for step in one.steps:
                yield [
                    *(movement.at, movement.get_kind_display(), movement.site.school.name),
                    *(movement.site.name, step.amount, step.source, step.target),
                    one.cause.label if one.cause else "",
                    *(f"{movement.year}-{movement.year + 1}", movement.actor_text, movement.why),
                ]


urlpatterns: list[URLPattern] = [
    path("droits/ecritures/", entries, name="right_entries"),
    *sheet_paths("droits/ecritures/export", export, "right_entries_export"),
]

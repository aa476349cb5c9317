"""Organising authorities (PO): the list, its export, and the page of one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.counts import last_year, pupils_of
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.listing_schools import (
    AUTHORITY_FILTERS,
    AUTHORITY_SORTS,
    SCHOOL_SORTS,
    authorities_asked,
    order_of,
    schools_asked,
)
from schools.models import Authority, Consent, ConsentKind, Headcount, Role, RoleKind
from schools.people_seen import reads_addresses
from schools.pupils_shown import pupils_shown
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def authorities(request: HttpRequest) -> HttpResponse:
    """GET `/pouvoirs-organisateurs/`."""
    user, sort = user_of(request), order_of(request.GET, AUTHORITY_SORTS)
    asked = authorities_asked(user, request.GET, timezone.localdate())
    rows, after = page_of(asked, AUTHORITY_SORTS[sort][1], request.GET.get("apres", ""))
    year = last_year()
    context = {
        "menu": "schools",
        "crumbs": [(_("Pouvoirs organisateurs"), None)],
        "rows": rows,
        "total": asked.count(),
        "pupils": pupils_of(asked, "site__school__authority", year, user),
        "year": year,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in AUTHORITY_SORTS.items()],
        "filters": shown(AUTHORITY_FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(AUTHORITY_FILTERS, request.GET),
    }
    return render(request, "schools/authorities.html", context)


@require_GET
@login_required
def authorities_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/pouvoirs-organisateurs/export.csv`: the same filters, the whole list."""
    asked = authorities_asked(user_of(request), request.GET, timezone.localdate())
    order = AUTHORITY_SORTS[order_of(request.GET, AUTHORITY_SORTS)][1]
    rows = in_order(asked, order)[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK)
    heads = [_("Pouvoir organisateur"), "FASE", "BCE", _("Écoles"), _("Implantations"),
             _("Élèves"), _("Assistance"), _("Fermé le")]  # fmt: skip
    return sheet_response(request, "pouvoirs-organisateurs", heads, _cells(rows), ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for one in rows:
        yield [
            one.name,
            one.fase_number,
            one.bce_number,
            one.schools_open,
            one.sites_open,
            one.pupils,
            _("oui") if one.assisted else _("non"),
            one.closed_on,
        ]


@require_GET
@login_required
def authority(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/pouvoirs-organisateurs/<id>/`: identity, its schools, agreement, people, pupils."""
    user, today = user_of(request), timezone.localdate()
    here = get_object_or_404(Authority.objects.visible_to(user), pk=pk)
    asked = schools_asked(user, request.GET, today).filter(authority=here)
    sort = order_of(request.GET, SCHOOL_SORTS)
    rows, after = page_of(asked, SCHOOL_SORTS[sort][1], request.GET.get("apres", ""))
    consents = Consent.objects.filter(authority=here, kind=ConsentKind.ASSISTANCE)
    roles = Role.objects.live(today).filter(kind=RoleKind.AUTHORITY, authority=here)
    context = {
        "menu": "schools",
        "crumbs": [
            (_("Région"), reverse("schools:authorities")),
            (here.name, None),
        ],
        "authority": here,
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "pupils": pupils_shown(
            Headcount.objects.visible_to(user).filter(site__school__authority=here)
        ),
        "assistance": consents.live(today).first(),
        "people": list(roles.filter(user__is_active=True).select_related("user")),
        "addresses": reads_addresses(user),
    }
    return render(request, "schools/authority.html", context)

"""The list of strategies, for PO and officers; its export; the delegation of a PO."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from byod import strategies_listed as listing
from byod.access.strategy.strategies import AUTHORITY, STAFF, can_choose_pilots
from byod.actions.strategy.settle import set_delegation
from byod.indicators import k9
from byod.models.strategy.settled import StrategyDelegation
from byod.rules.strategy.standing import look_of
from schools.filters import shown
from schools.keyset import in_order, page_of
from schools.models import Authority, Province, School, Site, User
from schools.models.scope import scope_of
from schools.sheets import EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def strategies(request: HttpRequest) -> HttpResponse:
    """GET `/strategies/`: one row per secondary school; a school is led to its own page."""
    user = user_of(request)
    own = _own_school(user)
    if own is not None:
        return redirect("byod:school_strategy", own)
    sort = listing.sort_of(request.GET)
    asked = listing.strategies_asked(user, request.GET)
    rows, after = page_of(asked, listing.SORTS[sort][1], request.GET.get("apres", ""))
    context = {
        "menu": "strategies",
        "crumbs": [(_("Stratégies BYOD"), None)],
        "rows": [(row, look_of(row.standing)) for row in _annotated(rows)],
        "after": after,
        "total": asked.count(),
        "counts": listing.counts_of(user),
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in listing.SORTS.items()],
        "filters": shown(listing.FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": listing.is_filtered(request),
        "authorities": _delegations(user),
        "officer": bool(can_choose_pilots(user)),
        "k9": k9(Site.objects.visible_to(user)),
    }
    return render(request, "byod/strategy/list.html", context)


def _annotated(rows: Iterable[School]) -> Iterable[Any]:
    """Rows of ``schools_with_strategies``, whose annotations a type checker does not see."""
    return rows


def _own_school(user: User) -> int | None:
    """The one school of somebody who works at a school, or at a site of it, and nowhere else."""
    whole = scope_of(user)
    if whole.region or whole.provinces or whole.authorities:
        return None
    schools = School.objects.within(scope_of(user, STAFF)).values_list("pk", flat=True)[:2]
    return schools[0] if len(schools) == 1 else None


def _delegations(user: User) -> list[tuple[Authority, bool]]:
    """The POs that the person speaks for, and whether they delegate."""
    mine = Authority.objects.filter(pk__in=scope_of(user, AUTHORITY).authorities).order_by("name")
    live = set(
        StrategyDelegation.objects.live()
        .filter(authority__in=mine)
        .values_list("authority", flat=True)
    )
    return [(one, one.pk in live) for one in mine]


@require_GET
@login_required
def strategies_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/strategies/export.csv`, `.xlsx`, `.ods`: the same filters, the whole list."""
    sort = listing.sort_of(request.GET)
    rows = in_order(
        listing.strategies_asked(user_of(request), request.GET), listing.SORTS[sort][1]
    )[:EXPORT_AT_MOST]
    heads = [
        *(_("École"), _("Numéro"), _("Pouvoir organisateur"), _("Province"), _("Réseau")),
        *(_("État"), _("Version déployée"), _("Déployée le"), _("À revoir le"), _("Pilote")),
    ]
    return sheet_response(request, "strategies-byod", heads, _cells(rows), ending=ending)


def _cells(rows: Any) -> Iterator[list[object]]:
    provinces = dict(Province.choices)
    for row in rows.iterator(chunk_size=500):
        at = row.deployed_at
        yield [
            *(row.name, row.number, row.authority.name, provinces.get(row.province or "", "")),
            *(row.get_network_display(), look_of(row.standing)[2], row.deployed_version),
            *(timezone.localtime(at).date() if at else None, row.review_on),
            _("oui") if row.pilot else _("non"),
        ]


@require_POST
@login_required
def delegation(request: HttpRequest, pk: int) -> HttpResponse:
    """The PO lets its heads approve, or takes it back."""
    user = user_of(request)
    seen = Authority.objects.filter(
        pk__in=Site.objects.visible_to(user).values("school__authority")
    )
    get_object_or_404(seen, pk=pk)
    on = request.POST.get("on") == "1"
    set_delegation(user, pk, on)
    messages.success(
        request,
        _("Les directions approuvent désormais la stratégie de leur école.")
        if on
        else _("Les stratégies de vos écoles vous sont à nouveau soumises."),
    )
    return redirect("byod:strategies")


urlpatterns: list[URLPattern] = [
    path("strategies/", strategies, name="strategies"),
    *sheet_paths("strategies/export", strategies_export, "strategies_export"),
    path("strategies/delegation/<int:pk>/", delegation, name="strategy_delegation"),
]

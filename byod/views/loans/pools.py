"""Pools: the list with its counts, one pool and its pieces; the panel on a device's page."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.access.equity.board import can_split
from byod.access.loans.desk import can_keep_pool
from byod.actions.loans.pools import empty_pool, fill_pool, open_pool
from byod.listing_pools import (
    BY_NAME,
    COUNTED,
    FILTERS,
    POOL_FILTERS,
    POOLS_BY_NAME,
    held_now,
    items_asked,
    lent_where,
    place_of,
    pools_asked,
    pools_seen,
)
from byod.models.loans.loans import Loan, LoanState
from byod.models.loans.pools import LoanPool, PoolItem
from byod.pool_owners import Owner, owner_of, owners_of
from byod.views.loans.ask import offers_of
from byod.views.loans.tabs import tabs_of
from inventory.access import DecisionImpossible, require
from inventory.models import Device
from schools.filters import filtered, shown
from schools.keyset import in_order, page_of
from schools.models import User
from schools.rules import Refused
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def pools(request: HttpRequest) -> HttpResponse:
    """GET, POST `/prets/reserves/`: the pools that one sees; open one, of one's own or shared."""
    user = user_of(request)
    owners = owners_of(user)
    if request.method == "POST":
        try:
            made = _open(user, request, owners)
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
        else:
            return redirect("byod:loan_pool", made.pk)
    asked = pools_asked(user, request.GET)
    rows, after = page_of(asked, POOLS_BY_NAME, request.GET.get("apres", ""))
    context = {
        "menu": "loan_pools",
        "crumbs": [(_("Prêts"), None), (pgettext("loan", "Réserves"), None)],
        "tabs": tabs_of(user),
        "rows": rows,
        "after": after,
        "owners": owners,
        "shares": any(one.shared for one in owners),
        "typed": request.POST.get("nom", ""),
        "chosen": request.POST.get("proprietaire", ""),
        "filters": shown(POOL_FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(POOL_FILTERS, request.GET),
    }
    return render(request, "byod/loans/pools.html", context)


def _open(user: User, request: HttpRequest, owners: list[Owner]) -> LoanPool:
    """Whoever may open none is told why."""
    if not owners:
        require(Refused(_("Une réserve est ouverte par l’école, son PO ou le SPW.")))
    owner = owner_of(request.POST.get("proprietaire", ""), owners)
    return open_pool(user, request.POST.get("nom", "").replace("\x00", ""), **owner.given())


def pool_of(user: User, pk: int) -> LoanPool:
    """The pool, if the person sees it."""
    return get_object_or_404(pools_seen(user), pk=pk)


@require_GET
@login_required
def pool(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/prets/reserves/<id>/`: what it holds; of a shared one, what is lent where and how to
    ask for some."""
    user = user_of(request)
    row = pool_of(user, pk)
    may = can_keep_pool(user, row)
    items, after = page_of(items_asked(row, request.GET), BY_NAME, request.GET.get("apres", ""))
    where = lent_where(row, user) if row.is_shared else []
    context = {
        "menu": "loan_pools",
        "crumbs": [
            (_("Prêts"), None),
            (pgettext("loan", "Réserves"), reverse("byod:loan_pools")),
            (row.name, None),
        ],
        "row": row,
        "rows": _shown(user, row, items, {one.site.pk for one in where}),
        "where": where,
        "offers": offers_of(user, row) if row.is_shared else [],
        "may": bool(may) and row.closed_on is None,
        "may_split": bool(can_split(user, row)),
        "why_not": may.why if isinstance(may, Refused) else "",
        "after": after,
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "byod/loans/pool.html", context)


def _shown(
    user: User, row: LoanPool, items: list[PoolItem], sites: set[int]
) -> list[tuple[Any, ...]]:
    """Piece, its place, the site that has it (of ``sites``), whether its page opens for them."""
    held = held_now(items)
    opens = {one.device_id for one in items}
    if row.is_shared:
        seen = Device.objects.visible_to(user).filter(pk__in=opens)
        opens = set(seen.values_list("pk", flat=True))
    return [
        (
            one,
            place_of(one, loan := held.get(one.pk)),
            loan.site if loan is not None and loan.site_id in sites else None,
            one.device_id in opens,
        )
        for one in items
    ]


@require_GET
@login_required
def export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/prets/reserves/<id>/export.csv`: pieces, without any pupil."""
    row = pool_of(user_of(request), pk)
    heads = [_("Appareil"), _("Modèle"), _("Numéro de série"), _("Étiquette"), _("Chargeur"),
             _("Implantation"), _("Situation"), _("Ajouté le")]  # fmt: skip
    rows = in_order(items_asked(row, request.GET), BY_NAME)[:EXPORT_AT_MOST]
    cells = (
        [
            *(one.device.name, str(one.device.product), one.device.serial or ""),
            *(one.device.asset_number or "", _("oui") if one.is_charger else _("non")),
            *(one.device.site.name, one.device.get_state_display(), one.added_at),
        ]
        for one in rows.iterator(chunk_size=CHUNK)
    )
    return sheet_response(request, "reserve-de-pret", heads, cells, ending=ending)


@require_GET
@login_required
def pools_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/prets/reserves/export.csv`: the same filters."""
    heads = [
        *(pgettext("loan", "Réserve"), _("École"), _("PO"), _("Province"), _("Appareils")),
        *(_("Prêts à partir"), _("Sortis ou réservés"), _("En réparation"), _("Chargeurs")),
    ]
    rows = in_order(pools_asked(user_of(request), request.GET), POOLS_BY_NAME)[:EXPORT_AT_MOST]
    cells = (
        [
            *(one.name, one.school or "", one.authority or "", one.get_province_display()),
            *(getattr(one, name) for name in COUNTED),
        ]
        for one in rows.iterator(chunk_size=CHUNK)
    )
    return sheet_response(request, "reserves-de-pret", heads, cells, ending=ending)


@require_POST
@login_required
def fill(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/ajouter/`: labels, one a line, typed or scanned."""
    user = user_of(request)
    pool_of(user, pk)
    try:
        told = fill_pool(
            user,
            pk,
            request.POST.get("etiquettes", "").replace("\x00", "").splitlines(),
            chargers=request.POST.get("chargeurs") == "oui",
        )
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("byod:loan_pool", pk)
    if told.added:
        words = ngettext("%(n)d pièce ajoutée.", "%(n)d pièces ajoutées.", len(told.added))
        messages.success(request, words % {"n": len(told.added)})
    for text, why in told.refused[:10]:
        messages.error(request, f"{text}\u00a0: {why}")
    if len(told.refused) > 10:
        messages.error(request, _("et %d autres refusés.") % (len(told.refused) - 10))
    if not told.added and not told.refused:
        messages.info(request, _("Scannez ou tapez au moins une étiquette."))
    return redirect("byod:loan_pool", pk)


@require_POST
@login_required
def empty(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/prets/reserves/<id>/retirer/`."""
    user = user_of(request)
    pool_of(user, pk)
    keys = [int(key) for key in request.POST.getlist("piece") if key.isdecimal() and len(key) < 19]
    try:
        count = empty_pool(user, pk, keys)
    except ObjectDoesNotExist:
        raise Http404 from None
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        words = ngettext("%(n)d pièce retirée.", "%(n)d pièces retirées.", count)
        messages.success(request, words % {"n": count})
    return redirect("byod:loan_pool", pk)


@require_GET
@login_required
def device_loans(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/prets/`: the panel of a device. Until when; never with whom."""
    device = get_object_or_404(Device.objects.visible_to(user_of(request)), pk=pk)
    item = PoolItem.objects.in_pool().filter(device=device)
    piece = item.select_related("pool", "device", "partner__device").first()
    context: dict[str, Any] = {"piece": piece}
    if piece is not None:
        context["place"] = place_of(piece, held_now([piece]).get(piece.pk))
        ended = Loan.objects.filter(item=piece, state=LoanState.RETURNED)
        context["times"] = ended.count()
    return render(request, "byod/loans/_device.html", context)


urlpatterns: list[URLPattern] = [
    path("prets/reserves/", pools, name="loan_pools"),
    *sheet_paths("prets/reserves/export", pools_export, "loan_pools_export"),
    path("prets/reserves/<int:pk>/", pool, name="loan_pool"),
    *sheet_paths("prets/reserves/<int:pk>/export", export, "loan_pool_export"),
    path("prets/reserves/<int:pk>/ajouter/", fill, name="loan_pool_fill"),
    path("prets/reserves/<int:pk>/retirer/", empty, name="loan_pool_empty"),
    path("equipements/<int:pk>/prets/", device_loans, name="device_loans"),
]

"""Consumables: every line one sees, a store, a line with its ledger, the order note."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access.consumables import can_add, can_keep_store
from inventory.consumables.listing import COLUMNS, FILTERS, lines_asked, use_by_month, value_of
from inventory.forms_consumables import GESTURES, LevelForm
from inventory.models import StockEntry, StockLine, Store
from inventory.views.booking import own_sites
from schools.filters import filtered, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.rules import Refused
from schools.sheets import EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column(KEY.path, down=True, kind=int),)
STORES = 60


@require_GET
@login_required
def consumables(request: HttpRequest) -> HttpResponse:
    """GET `/consommables/`: lines of every store one sees."""
    user = user_of(request)
    asked = lines_asked(user, request.GET).select_related("store", "consumable")
    rows, after = page_of(asked, COLUMNS, request.GET.get("apres", ""))
    stores = list(
        Store.objects.visible_to(user)
        .annotate(
            kinds=Count("lines"),
            low=Count(
                "lines",
                filter=Q(
                    lines__reorder_level__isnull=False,
                    lines__quantity__lte=F("lines__reorder_level"),
                ),
            ),
        )
        .order_by("-low", "name", "pk")[:STORES]
    )
    held = {store.site_id for store in stores}
    context = {
        "menu": "consumables",
        "crumbs": [(_("Consommables"), None)],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "stores": stores,
        "without": [site for site in own_sites(user) if site.pk not in held],
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "stock"),
        "may_add": bool(can_add(user)),
    }
    return render(request, "inventory/consumables/list.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/consommables/export.csv`: the same lines."""
    rows = in_order(lines_asked(user_of(request), request.GET), COLUMNS)
    heads = [
        *(_("Stock"), _("Consommable"), _("Référence"), _("Type"), _("En stock"), _("Unité")),
        *(_("Seuil"), _("Remonter à"), _("À commander"), _("Dernier prix")),
    ]
    lines = rows.select_related("store", "consumable")[:EXPORT_AT_MOST].iterator(chunk_size=500)
    return sheet_response(request, "consommables", heads, _cells(lines), ending=ending)


def _cells(lines: Iterator[StockLine]) -> Iterator[list[object]]:
    for line in lines:
        yield [
            line.store.name,
            line.consumable.name,
            line.consumable.reference,
            line.consumable.get_kind_display(),
            line.quantity,
            line.consumable.get_unit_display(),
            line.reorder_level,
            line.order_to,
            line.to_order or None,
            line.last_cost,
        ]


@require_GET
@login_required
def order_note(request: HttpRequest) -> HttpResponse:
    """GET `/consommables/commande/`: what to order, store by store, to print or to send."""
    rows = lines_asked(user_of(request), request.GET).to_reorder()
    lines = list(in_order(rows, COLUMNS).select_related("store", "consumable")[:1000])
    costs = [line.last_cost * line.to_order for line in lines if line.last_cost is not None]
    context = {
        "menu": "consumables",
        "crumbs": [(_("Consommables"), reverse("inventory:consumables")), (_("Commande"), None)],
        "lines": lines,
        "cost": sum(costs),
        "unpriced": len(lines) - len(costs),
        "today": timezone.localdate(),
    }
    return render(request, "inventory/consumables/order.html", context)


@require_GET
@login_required
def order_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/consommables/commande/bon.csv`: the order note as a file."""
    rows = lines_asked(user_of(request), request.GET).to_reorder()
    heads = [
        *(_("Stock"), _("Consommable"), _("Référence"), _("Code-barres"), _("À commander")),
        *(_("Unité"), _("En stock"), _("Dernier prix")),
    ]
    lines = in_order(rows, COLUMNS).select_related("store", "consumable")[:EXPORT_AT_MOST]
    cells = (
        [
            line.store.name,
            line.consumable.name,
            line.consumable.reference,
            line.consumable.barcode or "",
            line.to_order,
            line.consumable.get_unit_display(),
            line.quantity,
            line.last_cost,
        ]
        for line in lines.iterator(chunk_size=500)
    )
    return sheet_response(request, "bon-de-commande", heads, cells, ending=ending)


def store_seen(request: HttpRequest, pk: int) -> Store:
    """The store, if the person sees it."""
    seen = Store.objects.visible_to(user_of(request))
    return get_object_or_404(seen.select_related("site__school", "authority", "holder"), pk=pk)


@require_GET
@login_required
def store(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/consommables/stocks/<id>/`: what lies there, what was done."""
    here = store_seen(request, pk)
    may = can_keep_store(user_of(request), here)
    entries = StockEntry.objects.filter(store=here).select_related("consumable", "device")
    context = {
        "menu": "consumables",
        "crumbs": [(_("Consommables"), reverse("inventory:consumables")), (here.name, None)],
        "store": here,
        "lines": list(here.lines.select_related("consumable").order_by("consumable__name", "pk")),
        "entries": list(entries.select_related("undone_by").order_by("-pk")[:15]),
        "value": value_of(here),
        "gestures": [(word, title, icon) for word, (title, icon, _ask) in GESTURES.items()],
        "may_keep": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        **_done(request, here),
    }
    return render(request, "inventory/consumables/store.html", context)


def _done(request: HttpRequest, here: Store) -> dict[str, str]:
    """The toast of the gesture that was just made, and the address that undoes it."""
    key = request.GET.get("fait", "")
    if not key.isdecimal() or len(key) > 18:
        return {}
    rows = StockEntry.objects.filter(pk=int(key), store=here, undone_by=None)
    entry = rows.exclude(movement="undone").select_related("consumable").first()
    if entry is None:
        return {}
    told = {
        "what": entry.get_movement_display().capitalize(),
        "n": abs(entry.quantity),
        "name": entry.consumable.name,
        "left": entry.balance,
    }
    text = _("%(what)s : %(n)d × %(name)s. Il en reste %(left)d.") % told
    undo = reverse("inventory:stock_undo", args=[entry.pk]) if entry.quantity else ""
    return {"toast": text, "undo": undo}


@require_GET
@login_required
def line(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/consommables/lignes/<id>/`: one consumable of a store: its ledger, its use by month."""
    user = user_of(request)
    seen = StockLine.objects.visible_to(user).select_related("consumable", "store__site__school")
    here = get_object_or_404(seen, pk=pk)
    entries = StockEntry.objects.filter(store=here.store_id, consumable=here.consumable_id)
    rows, after = page_of(
        entries.select_related("device", "undone_by", "undoes"),
        LATEST,
        request.GET.get("apres", ""),
    )
    months = use_by_month(here, timezone.localdate())
    context: dict[str, Any] = {
        "menu": "consumables",
        "crumbs": [
            (_("Consommables"), reverse("inventory:consumables")),
            (here.store.name, reverse("inventory:store", args=[here.store_id])),
            (here.consumable.name, None),
        ],
        "line": here,
        "entries": rows,
        "after": after,
        "months": [date_format(month.first, "M") for month in months],
        "used": [(_("utilisé"), [month.used for month in months])],
        "fits": list(here.consumable.fits.all()[:20]),
        "may_keep": bool(can_keep_store(user, here.store)),
        "form": LevelForm(initial={"seuil": here.reorder_level, "jusque": here.order_to}),
    }
    return render(request, "inventory/consumables/line.html", context)


urlpatterns: list[URLPattern] = [
    path("consommables/", consumables, name="consumables"),
    *sheet_paths("consommables/export", export, "consumables_export"),
    path("consommables/commande/", order_note, name="order_note"),
    *sheet_paths("consommables/commande/bon", order_export, "order_export"),
    path("consommables/stocks/<int:pk>/", store, name="store"),
    path("consommables/lignes/<int:pk>/", line, name="stock_line"),
]

"""Orders to suppliers: the list, one of them, its files, and delivery notes read from a file."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.actions.device_writing import FactsRefused
from inventory.grants.access.orders import can_follow_orders, can_speak_for
from inventory.grants.actions.orders.hear_supplier import Said, hear_supplier
from inventory.grants.actions.orders.read_note import NoteRead, read_note
from inventory.grants.actions.orders.told import lines_of, told_order
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.market import Supplier
from inventory.grants.models.orders.purchases import OrderLine, OrderState
from inventory.grants.models.orders.supply import SUPPLY_OPEN, SupplierOrder, SupplyState
from inventory.grants.views.orders.asked import text_in, words_in
from inventory.grants.views.orders.words import shipment_look, supply_look
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.imports.reading import FileRefused
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("sent_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
LATE = {"oui": gettext_lazy("en retard")}
SALT = "grants.delivery-note"
KEPT_S = 3600
"""How long a previewed file may be confirmed."""


def _only_late(rows: Any, _value: str) -> Any:
    return rows.filter(state__in=SUPPLY_OPEN, expected__lt=timezone.localdate(), here=False)


FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: SupplyState.choices, by("state")),
    Filter("retard", gettext_lazy("Retard"), lambda: [*LATE.items()], _only_late),
    Filter(
        "fournisseur",
        gettext_lazy("Fournisseur"),
        lambda: [*Supplier.objects.values_list("pk", "name")],
        lambda rows, pk: rows.filter(supplier=int(pk)),
    ),
)


def _asked(user: User, request: HttpRequest) -> QuerySet[SupplierOrder]:
    rows = SupplierOrder.objects.visible_to(user).select_related("supplier", "lot")
    here = Shipment.objects.to_sign().filter(supplier_order=OuterRef("pk"))
    rows = rows.annotate(expected=Coalesce(F("planned_on"), F("due_on")), here=Exists(here))
    for word in words_in(request):
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(supplier__name__unaccent__icontains=word)
            | Q(supplier_reference__icontains=word)
        )
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def supplier_orders(request: HttpRequest) -> HttpResponse:
    """GET `/commandes/fournisseurs/`: the latest first."""
    user, today = user_of(request), timezone.localdate()
    asked = _asked(user, request)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "orders",
        "crumbs": [(_("Commandes"), reverse("grants:orders")), (_("Aux fournisseurs"), None)],
        "rows": [
            (row, supply_look(row.state), not row.here and row.is_late(today))  # type: ignore[attr-defined]
            for row in rows
        ],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "grants/orders/supplier_orders.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/commandes/fournisseurs/export.csv`: the same filters, the whole list."""
    heads = [
        *(_("Bon de commande"), _("Fournisseur"), _("Lot"), _("État"), _("Envoyé le")),
        *(_("Confirmé le"), _("À livrer pour le"), _("Prévu le"), _("Référence du fournisseur")),
    ]
    rows = in_order(_asked(user_of(request), request), LATEST)
    cells = (
        [
            *(row.reference, row.supplier.name, str(row.lot), row.get_state_display()),
            *(row.sent_at, row.acknowledged_at, row.due_on, row.planned_on),
            row.supplier_reference,
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "commandes-fournisseurs", heads, cells, ending=ending)


def _seen(request: HttpRequest, pk: int) -> SupplierOrder:
    rows = SupplierOrder.objects.visible_to(user_of(request))
    return get_object_or_404(rows.select_related("supplier", "lot"), pk=pk)


@require_GET
@login_required
def supplier_order(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/commandes/fournisseurs/<id>/`: what was ordered for whom, what the supplier said."""
    return _page(request, _seen(request, pk))


def _page(request: HttpRequest, row: SupplierOrder, **more: Any) -> HttpResponse:
    user, today = user_of(request), timezone.localdate()
    shipments = row.shipments.select_related("order", "site__school").order_by("-announced_at")
    orders = OrderLine.objects.filter(supplier_order=row).select_related(
        "order__site__school", "kit_version__kit"
    )
    context = {
        "menu": "orders",
        "crumbs": [
            (_("Commandes"), reverse("grants:orders")),
            (_("Aux fournisseurs"), reverse("grants:supplier_orders")),
            (row.reference, None),
        ],
        "row": row,
        "look": supply_look(row.state),
        "late": row.is_late(today) and not row.shipments.to_sign().exists(),
        "lines": [line for line in orders if line.order.state != OrderState.CANCELLED],
        "shipments": [(one, shipment_look(one.state)) for one in shipments],
        "messages_heard": row.messages.all()[:50],
        "backorders": row.forecasts.filter(product__isnull=False).select_related("product"),
        "may_speak": bool(can_speak_for(user, row.supplier)),
        "open": row.state in SUPPLY_OPEN,
        "fresh_key": uuid.uuid4(),
    }
    return render(request, "grants/orders/supplier_order.html", context | more)


@require_GET
@login_required
def file_json(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/commandes/fournisseurs/<id>/commande.json`: as the API tells it."""
    row = _seen(request, pk)
    answer = JsonResponse(told_order(row), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="{row.reference}.json"'
    return answer


@require_GET
@login_required
def file_sheet(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/commandes/fournisseurs/<id>/commande.csv`: a line for each product and site."""
    row = _seen(request, pk)
    heads = [
        *(_("Bon de commande"), _("Commande"), _("École"), _("Implantation"), _("Adresse")),
        *(_("Code postal"), _("Commune"), _("Remarque"), _("Produit"), _("Marque"), _("Modèle")),
        *(_("Référence de commande"), _("Nombre"), _("Accessoire"), _("Reste à livrer")),
    ]
    cells = (
        [
            *(row.reference, one.order.reference, one.order.site.school.name, one.order.site.name),
            *(one.order.site.address, one.order.site.postcode, str(one.order.site.municipality)),
            *(one.order.note, one.item.product_id, one.item.product.maker, one.item.product.model),
            *(one.item.product.part_number, one.item.quantity, one.item.accessory, one.left),
        ]
        for one in lines_of(row)
    )
    return sheet_response(request, row.reference, heads, cells, ending=ending)


@require_POST
@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/fournisseurs/<id>/bon/`: read a delivery note; nothing is written yet."""
    row = _seen(request, pk)
    require(can_speak_for(user_of(request), row.supplier))
    file = request.FILES.get("fichier")
    if file is None:
        messages.error(request, _("Choisissez un fichier."))
        return redirect("grants:supplier_order", pk)
    try:
        read = read_note(row, file)
    except FileRefused as refused:
        messages.error(request, str(refused))
        return redirect("grants:supplier_order", pk)
    signed = "" if read.errors else signing.dumps(_plain(read), salt=SALT, compress=True)
    return _page(request, row, note=read, signed=signed)


def _plain(read: NoteRead) -> dict[str, Any]:
    return {"notes": read.bodies, "sha256": read.sha256}


@require_POST
@login_required
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/fournisseurs/<id>/bon/confirmer/`: hear what the preview showed."""
    row, user = _seen(request, pk), user_of(request)
    require(can_speak_for(user, row.supplier))
    try:
        told = signing.loads(request.POST.get("signe", ""), salt=SALT, max_age=KEPT_S)
    except signing.BadSignature:
        messages.error(
            request, _("Cet aperçu est trop ancien\u00a0: envoyez le fichier à nouveau.")
        )
        return redirect("grants:supplier_order", pk)
    try:
        new = _hear_all(user, row, told)
    except (FactsRefused, DecisionImpossible) as refused:
        messages.error(request, str(refused))
    else:
        done = _("Livraison annoncée à l’école.") if new else _("Ce fichier était déjà lu.")
        messages.success(request, done)
    return redirect("grants:supplier_order", pk)


def _hear_all(user: User, row: SupplierOrder, told: dict[str, Any]) -> int:
    """Each note of the file is a message; its id is the file's hash, so that twice is once."""
    new = 0
    with transaction.atomic():
        for rank, body in enumerate(told["notes"], 1):
            key = f"file:{told['sha256'][:40]}:{rank}"
            said = Said(key, row.reference, "ship", timezone.now(), body)
            new += not hear_supplier(user, said).again
    return new


@require_POST
@login_required
def say(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/fournisseurs/<id>/dire/`: what the supplier said by telephone."""
    row, user = _seen(request, pk), user_of(request)
    require(can_follow_orders(user))
    kind, now = request.POST.get("message", ""), timezone.now()
    body = {
        name: request.POST[name]
        for name in ("reference", "on", "slot", "delivery", "how")
        if request.POST.get(name)
    }
    key = f"officer:{text_in(request, 'cle')[:60] or uuid.uuid4()}"
    try:
        hear_supplier(user, Said(key, row.reference, kind, now, body))
    except (FactsRefused, DecisionImpossible) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Noté."))
    return redirect("grants:supplier_order", pk)


urlpatterns: list[URLPattern] = [
    path("commandes/fournisseurs/", supplier_orders, name="supplier_orders"),
    *sheet_paths("commandes/fournisseurs/export", export, "supplier_orders_export"),
    path("commandes/fournisseurs/<int:pk>/", supplier_order, name="supplier_order"),
    path("commandes/fournisseurs/<int:pk>/commande.json", file_json, name="supplier_order_json"),
    *sheet_paths("commandes/fournisseurs/<int:pk>/commande", file_sheet, "supplier_order_sheet"),
    path("commandes/fournisseurs/<int:pk>/bon/", preview, name="read_note"),
    path("commandes/fournisseurs/<int:pk>/bon/confirmer/", confirm, name="confirm_note"),
    path("commandes/fournisseurs/<int:pk>/dire/", say, name="say_for_supplier"),
]

"""Orders: those that one sees, one with its story; ordering what was granted, calling off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, F, Min, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.orders import can_cancel, can_follow_orders, can_validate
from inventory.grants.actions.orders.order_award import awards_to_order, order_award
from inventory.grants.actions.orders.send_orders import (
    cancel_order,
    send_to_supplier,
    waiting_lines,
)
from inventory.grants.models.orders.deliveries import Shipment
from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.grants.models.orders.purchases import (
    CANCELLABLE,
    OPEN,
    Order,
    OrderLine,
    OrderState,
)
from inventory.grants.views.orders.asked import text_in, words_in
from inventory.grants.views.orders.words import EVENTS, order_look, shipment_look, supply_look
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

KINDS = {"octroi": gettext_lazy("accordée"), "centrale": gettext_lazy("centrale d’achat")}
LATE = {"oui": gettext_lazy("en retard")}
LATEST = (Column("made_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "date": (gettext_lazy("Les plus récentes d’abord"), LATEST),
    "ecole": (
        gettext_lazy("École"),
        (Column("site__school__name"), Column("site__name"), KEY),
    ),
    "reference": (gettext_lazy("Référence"), (Column("reference"), KEY)),
}


def _of_kind(rows: Any, kind: str) -> Any:
    return rows.filter(membership__isnull=kind == "octroi")


def only_late(rows: Any, _value: str) -> Any:
    """Something of it should have come before today."""
    return rows.filter(state__in=OPEN, expected__lt=timezone.localdate(), here=False)


def _suppliers() -> list[tuple[int, str]]:
    return [*Supplier.objects.values_list("pk", "name")]


FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: OrderState.choices, by("state")),
    Filter("genre", gettext_lazy("Genre"), lambda: [*KINDS.items()], _of_kind),
    Filter("retard", gettext_lazy("Retard"), lambda: [*LATE.items()], only_late),
    Filter(
        "fournisseur",
        gettext_lazy("Fournisseur"),
        _suppliers,
        lambda rows, pk: rows.filter(lines__lot__supplier=int(pk)).distinct(),
    ),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
)


def expected_orders(rows: QuerySet[Order]) -> QuerySet[Order]:
    """With ``expected``: the first day on which something of each is due; ``here``: a delivery
    stands at the school and waits for a signature."""
    supplied = "lines__supplier_order__"
    due = Coalesce(F(f"{supplied}planned_on"), F(f"{supplied}due_on"))
    here = Shipment.objects.to_sign().filter(order=OuterRef("pk"))
    return rows.annotate(expected=Min(due), here=Exists(here))


def _asked(user: User, request: HttpRequest) -> QuerySet[Order]:
    rows = expected_orders(Order.objects.visible_to(user).exclude(state=OrderState.BASKET))
    rows = rows.select_related("site__school", "buyer", "award__application")
    for word in words_in(request):
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """GET `/commandes/`: those of the sites that one sees; for officers, what waits to be sent."""
    user, today = user_of(request), timezone.localdate()
    sort = _sort(request)
    asked = _asked(user, request)
    lines = OrderLine.objects.select_related("kit_version__kit")
    found = asked.prefetch_related(Prefetch("lines", lines))
    rows, after = page_of(found, SORTS[sort][1], request.GET.get("apres", ""))
    may = can_follow_orders(user)
    context = {
        "menu": "orders" if may else "my_deliveries",
        "crumbs": [(_("Commandes"), None)],
        "rows": [(row, order_look(row.state), is_late(row, today)) for row in rows],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
        "may_follow": bool(may),
        "waiting": _waiting() if may else [],
        "awards": awards_to_order(20) if may else [],
    }
    return render(request, "grants/orders/orders.html", context)


def is_late(row: Order, today: Any) -> bool:
    """Whether the row, read with :func:`expected_orders`, is late."""
    expected = getattr(row, "expected", None)
    here = getattr(row, "here", False)
    return bool(row.state in OPEN and expected and expected < today and not here)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "date"


def _waiting() -> list[tuple[MarketLot, int, int]]:
    """Lots under which lines wait, with how many lines and orders."""
    counts: dict[int, list[int]] = {}
    for lot, order in waiting_lines().values_list("lot", "order"):
        counts.setdefault(lot or 0, []).append(order)
    lots = MarketLot.objects.filter(pk__in=counts).select_related("supplier")
    return [(lot, len(counts[lot.pk]), len(set(counts[lot.pk]))) for lot in lots]


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/commandes/export.csv`: a line for each kit, with the same filters."""
    heads = [
        *(_("Commande"), _("État"), _("Établissement"), _("Implantation"), _("Genre")),
        *(_("Kit"), _("Version"), _("Nombre"), _("Prix"), _("Montant"), _("Lot")),
        *(_("Fournisseur"), _("Bon de commande"), _("Attendue le"), _("Dossier")),
    ]
    asked = in_order(_asked(user_of(request), request), SORTS[_sort(request)][1])
    lines = OrderLine.objects.select_related("kit_version__kit", "lot__supplier", "supplier_order")
    rows = asked.prefetch_related(Prefetch("lines", lines))
    return sheet_response(request, "commandes", heads, _cells(rows), ending=ending)


def _cells(rows: QuerySet[Order]) -> Iterator[list[object]]:
    for row in rows.iterator(chunk_size=500):
        kind = _("centrale d’achat") if row.is_purchase else _("accordée")
        file = row.award.application.reference if row.award else ""
        for line in row.lines.all():
            supplied = line.supplier_order
            yield [
                *(row.reference, row.get_state_display(), row.site.school.name, row.site.name),
                *(kind, line.kit_version.kit.name, line.kit_version.number, line.quantity),
                *(line.unit_price, line.unit_price * line.quantity, str(line.lot or "")),
                *(line.lot.supplier.name if line.lot else "", str(supplied or "")),
                *(supplied.expected_on if supplied else None, file),
            ]


@require_GET
@login_required
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/commandes/<id>/`: lines, deliveries, and its story from the basket to the signature."""
    user, today = user_of(request), timezone.localdate()
    seen = expected_orders(Order.objects.visible_to(user))
    row = get_object_or_404(
        seen.select_related("site__school", "buyer", "membership", "award__application"), pk=pk
    )
    lines = row.lines.select_related("kit_version__kit", "lot__supplier", "supplier_order")
    shipments = Shipment.objects.filter(order=row).select_related("reception")
    may_cancel = can_cancel(user, row)
    validate = can_validate(user, row) if row.state == OrderState.SUBMITTED else None
    context = {
        "menu": "orders" if can_follow_orders(user) else "my_deliveries",
        "crumbs": [(_("Commandes"), reverse("grants:orders")), (row.reference, None)],
        "row": row,
        "look": order_look(row.state),
        "late": is_late(row, today),
        "lines": [
            (line, line.items.with_progress(), line.unit_price * line.quantity) for line in lines
        ],
        "shipments": [(one, shipment_look(one.state)) for one in shipments],
        "events": [(one, *EVENTS[one.kind]) for one in row.events.all()],  # type: ignore[index]
        "may_cancel": bool(may_cancel) and row.state in CANCELLABLE,
        "why_not": may_cancel.why if isinstance(may_cancel, Refused) else "",
        "cancellable": row.state in CANCELLABLE and row.state != OrderState.BASKET,
        "may_follow": bool(can_follow_orders(user)),
        "validate": bool(validate),
        "supply_look": supply_look,
    }
    return render(request, "grants/orders/order.html", context)


@require_POST
@login_required
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/<id>/annuler/`: before the supplier has acknowledged it."""
    user = user_of(request)
    get_object_or_404(Order.objects.visible_to(user), pk=pk)
    try:
        cancel_order(user, pk, text_in(request, "why"))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Commande annulée."))
    return redirect("grants:order", pk)


@require_POST
@login_required
def of_award(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/octrois/<id>/`: order what an award grants."""
    user = user_of(request)
    require(can_follow_orders(user))
    try:
        made = order_award(user, pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:orders")
    messages.success(request, _("Commande %(ref)s prête à partir.") % {"ref": made.reference})
    return redirect("grants:order", made.pk)


@require_POST
@login_required
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/commandes/lots/<id>/envoyer/`: everything that waits under a lot."""
    user = user_of(request)
    require(can_follow_orders(user))
    get_object_or_404(MarketLot, pk=pk)
    try:
        made = send_to_supplier(user, pk)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:orders")
    messages.success(request, _("%(ref)s envoyé au fournisseur.") % {"ref": made.reference})
    return redirect("grants:supplier_order", made.pk)


urlpatterns: list[URLPattern] = [
    path("commandes/", orders, name="orders"),
    *sheet_paths("commandes/export", export, "orders_export"),
    path("commandes/octrois/<int:pk>/", of_award, name="order_award"),
    path("commandes/lots/<int:pk>/envoyer/", send, name="send_orders"),
    path("commandes/<int:pk>/", order, name="order"),
    path("commandes/<int:pk>/annuler/", cancel, name="cancel_order"),
]

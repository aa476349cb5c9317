"""Deliveries at the school: to sign, expected, signed; what came of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.grants.access.orders import can_follow_orders, schools_of
from inventory.grants.models.orders.deliveries import Shipment, ShipmentLine, ShipmentState
from inventory.grants.models.orders.purchases import Order, OrderState
from inventory.grants.rules.orders import UNSIGNED_DAYS
from inventory.grants.views.orders.asked import words_in
from inventory.grants.views.orders.words import order_look, shipment_look
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import School, Site, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

FIRST = (
    Column("rank", kind=int),
    Column("announced_at", down=True, moment=True),
    Column(KEY.path, down=True, kind=int),
)
"""To sign, expected, signed."""
FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: ShipmentState.choices, by("state")),
    Filter(
        "reserves",
        gettext_lazy("Réserves"),
        lambda: [("ouvertes", gettext_lazy("à régler"))],
        lambda rows, _value: rows.filter(
            reception__remarks__isnull=False, reception__remarks__settled_at=None
        ).distinct(),
    ),
)


def ranked(rows: QuerySet[Shipment]) -> Any:
    """With ``rank``: what wants a signature first."""
    order = (ShipmentState.ARRIVED, ShipmentState.ANNOUNCED, ShipmentState.SIGNED)
    cases = [When(state=state, then=Value(n)) for n, state in enumerate(order)]
    return rows.annotate(rank=Case(*cases, default=Value(9), output_field=IntegerField()))


def with_content(rows: Any) -> Any:
    """With what the list tells of each, in three queries for any number."""
    lines = ShipmentLine.objects.select_related("item__product").order_by("item__accessory", "pk")
    return rows.select_related("site__school", "order", "supplier", "reception").prefetch_related(
        Prefetch("lines", lines)
    )


def _asked(user: User, request: HttpRequest) -> QuerySet[Shipment]:
    rows = ranked(Shipment.objects.visible_to(user))
    for word in words_in(request):
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(order__reference__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(lines__pieces__serial__iexact=word)
        ).distinct()
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def my_deliveries(request: HttpRequest) -> HttpResponse:
    """GET `/mes-livraisons/`: what to sign first, what is coming, what was signed."""
    user, today = user_of(request), timezone.localdate()
    asked = _asked(user, request)
    rows, after = page_of(with_content(asked), FIRST, request.GET.get("apres", ""))
    coming = Order.objects.visible_to(user).exclude(
        state__in=(OrderState.BASKET, OrderState.DELIVERED, OrderState.CANCELLED)
    )
    context = {
        "menu": "my_deliveries",
        "crumbs": [(_("Livraisons"), None)],
        "rows": [(row, shipment_look(row.state), row.days_unsigned(today)) for row in rows],
        "after": after,
        "total": asked.count(),
        "to_sign": Shipment.objects.visible_to(user).to_sign().count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "orders": [
            (one, order_look(one.state))
            for one in coming.select_related("site__school").prefetch_related(
                "lines__kit_version__kit"
            )[:8]
        ],
        "may_follow": bool(can_follow_orders(user)),
        "works": bool(schools_of(user)),
    }
    return render(request, "grants/orders/my_deliveries.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/mes-livraisons/export.csv`: the same filters, a line for each product."""
    heads = [
        *(_("Bon"), _("État"), _("Établissement"), _("Implantation"), _("Commande")),
        *(_("Fournisseur"), _("Prévue le"), _("Arrivée le"), _("Signée le"), _("Signée par")),
        *(_("Produit"), _("Annoncés"), _("Acceptés")),
    ]
    rows = with_content(in_order(_asked(user_of(request), request), FIRST))
    cells = (
        [
            *(row.reference, row.get_state_display(), row.site.school.name, row.site.name),
            *(row.order.reference, row.supplier.name, row.planned_on, row.arrived_on),
            *_signature(row),
            *(str(line.item.product), line.announced, line.accepted),
        ]
        for row in rows.iterator(chunk_size=500)
        for line in row.lines.all()
    )
    return sheet_response(request, "livraisons", heads, cells, ending=ending, people=True)


def _signature(row: Shipment) -> tuple[Any, Any]:
    known = getattr(row, "reception", None)
    return (known.signed_at, known.signed_by_text) if known else (None, "")


@require_GET
@login_required
def right_deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/mes-livraisons/ecole/<id>/`: fragment for the page of the right: to sign, coming, the
    last signed."""
    user, today = user_of(request), timezone.localdate()
    school = get_object_or_404(School.objects.visible_to(user), pk=pk)
    mine = ranked(Shipment.objects.visible_to(user).filter(site__school=school))
    rows = with_content(mine.exclude(state=ShipmentState.CANCELLED))
    context = {
        "rows": [
            (row, shipment_look(row.state), row.days_unsigned(today))
            for row in rows.order_by("rank", "-announced_at")[:5]
        ],
    }
    return render(request, "grants/orders/_deliveries.html", context)


@require_GET
@login_required
def site_deliveries(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/livraisons-attendues/`: fragment: what a site waits for."""
    user, today = user_of(request), timezone.localdate()
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    rows = with_content(ranked(Shipment.objects.visible_to(user).filter(site=site)))
    rows = rows.filter(state__in=(ShipmentState.ARRIVED, ShipmentState.ANNOUNCED))
    found = [(r, shipment_look(r.state), r.days_unsigned(today)) for r in rows.order_by("rank")[:4]]
    return render(request, "grants/orders/_deliveries.html", {"rows": found, "short": True})


@require_GET
@login_required
def deliveries_now(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/livraisons-du-moment/`: fragment for « Mon école »: what to sign,
    what comes within a week; empty where there is nothing."""
    user, today = user_of(request), timezone.localdate()
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    rows = with_content(ranked(Shipment.objects.visible_to(user).filter(site=site)))
    soon = today + dt.timedelta(days=7)
    wanted = Q(state=ShipmentState.ARRIVED) | Q(state=ShipmentState.ANNOUNCED, planned_on__lte=soon)
    found = rows.filter(wanted).order_by("rank", "planned_on")[:5]
    context = {"rows": [(row, row.days_unsigned(today)) for row in found], "late": UNSIGNED_DAYS}
    return render(request, "grants/orders/_now.html", context)


def menu_of(user: User) -> str:
    """Which entry of the menu a delivery belongs to, for this person."""
    return "orders" if can_follow_orders(user) else "my_deliveries"


def crumbs_of(made: Shipment) -> list[tuple[str, str | None]]:
    """Where the page of a delivery stands."""
    return [(_("Livraisons"), reverse("grants:my_deliveries")), (made.reference, None)]


def shipment_of(user: User, pk: int) -> Shipment:
    """The delivery, where it is seen; else 404."""
    rows = Shipment.objects.visible_to(user).select_related(
        "site__school", "order__award__application", "order__buyer", "supplier", "supplier_order"
    )
    return get_object_or_404(rows, pk=pk)


urlpatterns: list[URLPattern] = [
    path("mes-livraisons/", my_deliveries, name="my_deliveries"),
    *sheet_paths("mes-livraisons/export", export, "my_deliveries_export"),
    path("mes-livraisons/ecole/<int:pk>/", right_deliveries, name="right_deliveries"),
    path("implantations/<int:pk>/livraisons-attendues/", site_deliveries, name="site_deliveries"),
    path("implantations/<int:pk>/livraisons-du-moment/", deliveries_now, name="deliveries_now"),
]

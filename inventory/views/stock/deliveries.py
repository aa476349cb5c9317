"""Deliveries: the list, one of them with its devices, noting one, naming it."""

from __future__ import annotations

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.deliveries import can_name_delivery, can_note_deliveries
from inventory.actions.note_delivery import name_delivery, note_delivery
from inventory.models import Delivery, Device
from inventory.models.deliveries import ArrivalQuerySet
from schools.keyset import KEY, Column, page_of
from schools.models import ImportRun, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("received_on", down=True), Column(KEY.path, down=True, kind=int))


@require_GET
@login_required
def deliveries(request: HttpRequest) -> HttpResponse:
    """GET `/livraisons/`: the latest first."""
    user = user_of(request)
    asked = _asked(user, request)
    rows, after = page_of(_counted(asked, user), LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "labels",
        "crumbs": [
            (_("Étiquettes"), reverse("inventory:labels")),
            (_("Livraisons"), None),
        ],
        "rows": rows,
        "after": after,
        "total": asked.count(),
        "query": request.GET.get("q", ""),
        "filtered": bool(request.GET.get("q")),
        "filters": [],
    }
    return render(request, "inventory/stock/deliveries.html", context)


def _asked(user: User, request: HttpRequest) -> ArrivalQuerySet:
    rows = Delivery.objects.visible_to(user)
    for word in request.GET.get("q", "").split()[:6]:
        rows = rows.filter(reference__unaccent__icontains=word)
    return rows


def _counted(rows: ArrivalQuerySet, user: User) -> ArrivalQuerySet:
    """With how many devices of each the person sees, at how many sites."""
    seen = Device.objects.visible_to(user).filter(arrival__delivery=OuterRef("pk")).order_by()
    each = seen.values("arrival__delivery")
    devices = each.annotate(n=Count("pk")).values("n")
    sites = each.annotate(n=Count("site", distinct=True)).values("n")
    return rows.annotate(
        devices=Coalesce(Subquery(devices, output_field=IntegerField()), 0),
        sites=Coalesce(Subquery(sites, output_field=IntegerField()), 0),
    )


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/livraisons/export.csv`: the same question, the whole list."""
    user = user_of(request)
    heads = [_("Bon"), _("Reçue le"), _("Équipements"), _("Implantations")]
    rows = _counted(_asked(user, request), user).order_by("-received_on", "-pk")
    cells = (
        [row.reference, row.received_on, row.devices, row.sites]  # type: ignore[attr-defined]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "livraisons", heads, cells, ending=ending)


@require_GET
@login_required
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/livraisons/<id>/`: what arrived, by product, where it is now; its labels."""
    user = user_of(request)
    row = _seen(user, pk)
    seen = Device.objects.visible_to(user).filter(arrival__delivery=row)
    products = seen.values("product__maker", "product__model", "product__category")
    run = ImportRun.objects.visible_to(user).filter(pk=row.run_id or 0).first()
    context = {
        "menu": "labels",
        "crumbs": [
            (_("Livraisons"), reverse("inventory:deliveries")),
            (row.reference, None),
        ],
        "row": row,
        "run": run,
        "total": seen.count(),
        "products": products.annotate(n=Count("pk")).order_by("-n", "product__model")[:50],
        "sites": seen.values("site", "site__name", "site__school__name")
        .annotate(n=Count("pk"))
        .order_by("-n", "site__name")[:50],
        "may": bool(can_name_delivery(user, row)),
    }
    return render(request, "inventory/stock/delivery.html", context)


def _seen(user: User, pk: int) -> Delivery:
    return get_object_or_404(Delivery.objects.visible_to(user).select_related("made_by"), pk=pk)


@require_POST
@login_required
def note(request: HttpRequest) -> HttpResponse:
    """POST `/livraisons/noter/`: these devices (``appareil``) arrived together."""
    user = user_of(request)
    require(can_note_deliveries(user))
    keys = [int(key) for key in request.POST.getlist("appareil") if key.isdecimal()]
    reference, day = _said(request)
    try:
        if day is None:
            raise DecisionImpossible(_("Indiquez le jour de la livraison."))
        made = note_delivery(user, keys, reference, day)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        back = "&".join(f"appareil={key}" for key in keys[:1000])
        return redirect(f"{reverse('inventory:labels')}?situation=tout&{back}")
    messages.success(request, _("Livraison notée : ses étiquettes s’impriment d’ici."))
    return redirect("inventory:delivery", made.pk)


@require_POST
@login_required
def name(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/livraisons/<id>/nommer/`: another number, another day."""
    user = user_of(request)
    row = _seen(user, pk)
    require(can_name_delivery(user, row))
    reference, day = _said(request)
    try:
        name_delivery(user, row, reference, day or row.received_on)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Livraison enregistrée."))
    return redirect("inventory:delivery", pk)


def _said(request: HttpRequest) -> tuple[str, dt.date | None]:
    try:
        day = parse_date(request.POST.get("received_on", ""))
    except ValueError:
        day = None
    return request.POST.get("reference", ""), day


@require_GET
@login_required
def import_labels(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/imports/<id>/etiquettes/`: panel of an import: labels of what it made."""
    user = user_of(request)
    run = get_object_or_404(ImportRun.objects.visible_to(user), pk=pk)
    row = Delivery.objects.visible_to(user).filter(run=run).first()
    seen = Device.objects.visible_to(user).filter(arrival__delivery=row) if row else None
    context = {"row": row, "total": seen.count() if seen is not None else 0}
    return render(request, "inventory/stock/_import_labels.html", context)


urlpatterns: list[URLPattern] = [
    path("livraisons/", deliveries, name="deliveries"),
    *sheet_paths("livraisons/export", export, "deliveries_export"),
    path("livraisons/noter/", note, name="note_delivery"),
    path("livraisons/<int:pk>/", delivery, name="delivery"),
    path("livraisons/<int:pk>/nommer/", name, name="name_delivery"),
    path("imports/<int:pk>/etiquettes/", import_labels, name="import_labels"),
]

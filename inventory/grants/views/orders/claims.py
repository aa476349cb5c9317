"""Replacements under warranty: the list, asking, the supplier's answer, the new device."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.orders import can_claim, can_follow_orders, can_speak_for
from inventory.grants.actions.orders.claim_warranty import (
    answer_claim,
    ask_replacement,
    piece_of,
    replace_device,
)
from inventory.grants.models.orders.replacements import Replacement, ReplacementState
from inventory.grants.views.orders.asked import text_in
from inventory.grants.views.orders.words import claim_look
from inventory.models import Device
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

LATEST = (Column("asked_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
FILTERS = (Filter("etat", gettext_lazy("État"), lambda: ReplacementState.choices, by("state")),)


def _asked(user: User, request: HttpRequest) -> Any:
    rows = Replacement.objects.visible_to(user).select_related(
        "device__site__school", "device__product", "new_device",
        "piece__line__shipment__supplier",
    )  # fmt: skip
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def claims(request: HttpRequest) -> HttpResponse:
    """GET `/remplacements/`: claims under warranty that one sees, the latest first."""
    user = user_of(request)
    asked = _asked(user, request)
    rows, after = page_of(asked, LATEST, request.GET.get("apres", ""))
    context = {
        "menu": "orders" if can_follow_orders(user) else "my_deliveries",
        "crumbs": [
            (_("Livraisons"), reverse("grants:my_deliveries")),
            (_("Remplacements sous garantie"), None),
        ],
        "rows": [
            (
                row,
                claim_look(row.state),
                row.state == ReplacementState.ASKED
                and bool(can_speak_for(user, row.piece.line.shipment.supplier)),
                row.state == ReplacementState.GRANTED and bool(can_claim(user, row.device)),
            )
            for row in rows
        ],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": "",
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "grants/orders/claims.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/remplacements/export.csv`."""
    heads = [
        *(_("Appareil"), _("Numéro de série"), _("Établissement"), _("Implantation")),
        *(_("Fournisseur"), _("Demandé le"), _("Ce qui ne va pas"), _("État"), _("Réponse")),
        *(_("Remplacé le"), _("Nouveau numéro")),
    ]
    rows = in_order(_asked(user_of(request), request), LATEST)
    cells = (
        [
            *(row.device.name, row.device.serial, row.device.site.school.name),
            *(row.device.site.name, row.piece.line.shipment.supplier.name, row.asked_at),
            *(row.why, row.get_state_display(), row.answer, row.done_at),
            row.new_device.serial if row.new_device else "",
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "remplacements", heads, cells, ending=ending)


@require_POST
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/equipements/<id>/garantie/demander/`: this device fails."""
    user = user_of(request)
    get_object_or_404(Device.objects.visible_to(user), pk=pk)
    try:
        ask_replacement(user, pk, text_in(request, "why"))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("inventory:device", pk)
    messages.success(request, _("Demande envoyée au fournisseur."))
    return redirect("grants:claims")


@require_POST
@login_required
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/remplacements/<id>/`: grant, refuse, or replace by the serial that was scanned."""
    user, what = user_of(request), request.POST.get("acte", "")
    get_object_or_404(Replacement.objects.visible_to(user), pk=pk)
    try:
        if what == "remplacer":
            replace_device(user, pk, text_in(request, "serie"))
        else:
            grant = what == "accepter"
            answer_claim(user, pk, grant=grant, answer=text_in(request, "why"))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("C’est noté."))
    return redirect("grants:claims")


@require_GET
@login_required
def device_warranty(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/garantie/`: fragment for the page of a device: by which delivery it
    came, until when it is replaced, what it replaces or was replaced by."""
    user = user_of(request)
    seen = Device.objects.visible_to(user).select_related("site__school", "product")
    device = get_object_or_404(seen, pk=pk)
    piece = piece_of(device)
    claim = Replacement.objects.filter(device=device).order_by("-pk").first()
    former = Replacement.objects.filter(new_device=device).select_related("device").first()
    today = timezone.localdate()
    context = {
        "device": device,
        "shipment": piece.line.shipment if piece else None,
        "claim": claim,
        "look": claim_look(claim.state) if claim else None,
        "former": former.device if former else None,
        "under": bool(piece and device.warranty_until and device.warranty_until >= today),
        "may": bool(can_claim(user, device)),
        "asks": claim is None or claim.state == ReplacementState.REFUSED,
    }
    return render(request, "grants/orders/_warranty.html", context)


urlpatterns: list[URLPattern] = [
    path("remplacements/", claims, name="claims"),
    *sheet_paths("remplacements/export", export, "claims_export"),
    path("remplacements/<int:pk>/", act, name="claim"),
    path("equipements/<int:pk>/garantie/", device_warranty, name="device_warranty"),
    path("equipements/<int:pk>/garantie/demander/", ask, name="ask_replacement"),
]

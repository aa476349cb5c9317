"""One delivery: count it, scan it, sign it; then install what came, room after room."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, can_change, require
from inventory.actions.move_device import Asked, move_device
from inventory.grants.access.orders import can_sign
from inventory.grants.actions.orders.count_delivery import (
    AT_MOST,
    ScannedPiece,
    Seen,
    forget_piece,
    record_pieces,
)
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.models.orders.deliveries import (
    TO_SIGN,
    DeliveryRemark,
    Reception,
    RemarkKind,
    Shipment,
)
from inventory.grants.models.orders.replacements import Replacement
from inventory.grants.views.orders.asked import text_in
from inventory.grants.views.orders.deliveries import crumbs_of, menu_of, shipment_of
from inventory.grants.views.orders.words import claim_look, shipment_look
from inventory.models import Device, DeviceState
from schools.models import Room, User
from schools.rules import Refused
from schools.views.doors import user_of

OUTCOMES = {
    "seen": ("ok", "circle-check"),
    "added": ("ok", "circle-plus"),
    "again": ("planned", "copy-check"),
    "unknown": ("down", "alert-octagon"),
}


@require_GET
@login_required
def shipment(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/mes-livraisons/<id>/`: before the signature the desk, after it what came."""
    user = user_of(request)
    return page_of_shipment(request, user, shipment_of(user, pk))


def page_of_shipment(request: HttpRequest, user: User, made: Shipment, **more: Any) -> HttpResponse:
    """The page, also after a refused signature with what was filled in."""
    may = can_sign(user, made)
    lines = list(made.lines.select_related("item__product").prefetch_related("pieces"))
    context = {
        "menu": menu_of(user),
        "crumbs": crumbs_of(made),
        "row": made,
        "look": shipment_look(made.state),
        "days": made.days_unsigned(timezone.localdate()),
        "open": made.state in TO_SIGN,
        "may": bool(may),
        "why_not": may.why if isinstance(may, Refused) else "",
        "lines": lines,
        "kinds": RemarkKind.choices,
        "rest_is_here": False,
    }
    context |= _signed(user, made)
    return render(request, "grants/orders/shipment.html", context | more)


def _signed(user: User, made: Shipment) -> dict[str, Any]:
    """The signature, its reservations, the devices and where they stand."""
    known = Reception.objects.filter(shipment=made).select_related("arrival").first()
    if known is None:
        return {"reception": None}
    devices = list(
        Device.objects.visible_to(user)
        .filter(pk__in=made.lines.values("pieces__device"))
        .select_related("product", "room", "site__school")
        .order_by("pk")
    )
    claims = {
        claim.device_id: claim
        for claim in Replacement.objects.visible_to(user).filter(device__in=devices)
    }
    stock = [device for device in devices if device.state == DeviceState.IN_STOCK]
    may = bool(stock) and can_change(user, stock[0])
    remarks = DeliveryRemark.objects.filter(reception=known)
    return {
        "reception": known,
        "remarks": remarks.select_related("line__item__product"),
        "devices": [(one, claims.get(one.pk), _claim_look(claims.get(one.pk))) for one in devices],
        "in_stock": len(stock),
        "next_device": stock[0] if stock else None,
        "may_install": bool(may),
        "why_not_install": may.why if isinstance(may, Refused) else "",
        "rooms": Room.objects.filter(site=made.site_id).open().order_by("name") if stock else [],
    }


def _claim_look(claim: Replacement | None) -> Any:
    return claim_look(claim.state) if claim else None


@require_POST
@login_required
def scans(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/mes-livraisons/<id>/lectures/`: `{"scans": [{"key", "text", "line", "at"}], "undo":
    [key]}`. The same keys again change nothing. 409 once it is signed."""
    user = user_of(request)
    made = shipment_of(user, pk)
    require(can_sign(user, made))
    try:
        wanted, undone = _read_queue(json.loads(request.body or b"{}"))
    except (ValueError, KeyError, TypeError, AttributeError):
        words = _("Envoi illisible\u00a0: rechargez la page, vos lectures y restent.")
        return JsonResponse({"error": words}, status=400)
    try:
        read = record_pieces(user, pk, wanted) if wanted else []
        for key in undone:
            forget_piece(user, pk, key)
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused), "closed": True}, status=409)
    return JsonResponse({"read": [_told(one) for one in read], "undone": [str(k) for k in undone]})


def _read_queue(body: Any) -> tuple[list[ScannedPiece], list[uuid.UUID]]:
    rows = []
    for one in list(body.get("scans", []))[:AT_MOST]:
        at = parse_datetime(str(one.get("at"))) if one.get("at") else None
        line = one.get("line")
        rows.append(
            ScannedPiece(
                key=uuid.UUID(str(one["key"])),
                text=str(one["text"])[:300],
                line=line if isinstance(line, int) and 0 < line < 2**63 else None,
                at=None if at is None or is_naive(at) else at,
            )
        )
    return rows, [uuid.UUID(str(key)) for key in list(body.get("undo", []))[:AT_MOST]]


def _told(one: Seen) -> dict[str, Any]:
    words = {
        "seen": _("Attendu, bien là"),
        "added": _("Numéro ajouté"),
        "again": _("Déjà scanné"),
        "unknown": _("Pas sur ce bon"),
    }
    colour, icon = OUTCOMES[one.outcome]
    product = str(one.piece.line.item.product) if one.piece else ""
    return {
        "key": str(one.key),
        "outcome": one.outcome,
        "text": one.text,
        "word": words[one.outcome],
        "state": colour,
        "icon": icon,
        "detail": product or _("Vérifiez l’étiquette, ou choisissez le produit en main."),
        "piece": one.piece.pk if one.piece else None,
        "line": one.piece.line_id if one.piece else None,
    }


@require_POST
@login_required
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/mes-livraisons/<id>/signer/`."""
    user = user_of(request)
    made = shipment_of(user, pk)
    require(can_sign(user, made))
    said = _read_signature(request, made)
    try:
        signed = sign_delivery(user, pk, said)
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:shipment", pk)
    if signed.arrival_id:
        messages.success(
            request, _("Livraison signée\u00a0: le matériel est dans votre inventaire.")
        )
    else:
        messages.success(request, _("Livraison signée."))
    return redirect("grants:shipment", pk)


def _read_signature(request: HttpRequest, made: Shipment) -> Signed:
    """What the form says: by piece a reservation, by accessory line a number."""
    refused, counted = {}, {}
    for line in made.lines.prefetch_related("pieces"):
        number = request.POST.get(f"count_{line.pk}", "")
        if number.isdecimal():
            counted[line.pk] = int(number[:7])
        for piece in line.pieces.all():
            kind = request.POST.get(f"piece_{piece.pk}", "")
            if kind:
                refused[piece.pk] = (kind, text_in(request, f"note_{piece.pk}"))
    return Signed(
        refused,
        counted,
        rest_is_here=request.POST.get("reste") == "oui",
        note=text_in(request, "note"),
    )


@require_POST
@login_required
def install(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/mes-livraisons/<id>/installer/`: the device (chosen or scanned) into a room; the page
    then offers the next one."""
    user = user_of(request)
    made = shipment_of(user, pk)
    devices = Device.objects.visible_to(user).filter(pk__in=made.lines.values("pieces__device"))
    room, asked = request.POST.get("room", ""), text_in(request, "device").strip()
    device = _chosen(devices, asked)
    if device is None or not room.isdecimal() or len(room) > 18:
        messages.error(request, _("Choisissez un appareil de cette livraison et un local."))
        return redirect("grants:shipment", pk)
    try:
        move_device(user, device.pk, Asked(DeviceState.INSTALLED, room=int(room)))
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("%(name)s est installé.") % {"name": device.name})
    return redirect(f"{request.path.replace('installer/', '')}?local={room}#installer")


def _chosen(devices: QuerySet[Device], asked: str) -> Device | None:
    """By key, code of the label or serial number."""
    if asked.isdecimal() and len(asked) < 19:
        found = devices.filter(pk=int(asked)).first()
        if found is not None:
            return found
    text = asked.rstrip("/").rpartition("/")[2].upper()
    named = devices.filter(code=text) | devices.filter(serial__iexact=text)
    return named.first() if text else None


urlpatterns: list[URLPattern] = [
    path("mes-livraisons/<int:pk>/", shipment, name="shipment"),
    path("mes-livraisons/<int:pk>/lectures/", scans, name="shipment_scans"),
    path("mes-livraisons/<int:pk>/signer/", sign, name="sign_delivery"),
    path("mes-livraisons/<int:pk>/installer/", install, name="install_delivery"),
]

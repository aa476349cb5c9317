"""The counting desk: one input that keeps the focus, or the camera; scans come in batches."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_naive
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count
from inventory.actions.record_scans import AT_MOST, Read, Scanned, record_scans, undo_scan
from inventory.actions.remark_scan import remark_scan
from inventory.forms.stock import RemarkForm
from inventory.models import StockScan, StockState
from inventory.stock_shown import (
    OUTCOMES,
    log_of,
    outcome_word,
    progress_of,
    rooms_to_choose,
    visible_sites,
)
from inventory.views.stock.takings import taking_of
from schools.models import User
from schools.photos import CONTENT_TYPE, PhotoRefused
from schools.rules import Refused
from schools.views.doors import user_of


@require_GET
@login_required
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/recolements/<id>/compter/`."""
    user = user_of(request)
    taking = taking_of(user, pk)
    answer = can_count(user, taking.site)
    context = {
        "menu": "stock",
        "taking": taking,
        "running": taking.state == StockState.RUNNING,
        "may": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "rooms": rooms_to_choose(taking),
        "log": log_of(taking, user, by=user),
        "progress": progress_of(taking),
        "crumbs": [
            (_("Récolements"), reverse("inventory:stock_takings")),
            (str(taking.site), reverse("inventory:stock_taking", args=[taking.pk])),
            (_("Compter"), None),
        ],
    }
    return render(request, "inventory/stock/count.html", context)


@require_GET
@login_required
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/recolements/<id>/avancement/`: the fragment that others' scans refresh."""
    taking = taking_of(user_of(request), pk)
    context = {"taking": taking, "progress": progress_of(taking)}
    return render(request, "inventory/stock/_progress_now.html", context)


@require_POST
@login_required
def scans(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/recolements/<id>/lectures/`: `{"scans": [{"key", "text", "room", "at"}], "undo":
    [key]}`. The same keys again change nothing. 409 where the stock-taking is over."""
    user = user_of(request)
    taking = taking_of(user, pk)
    require(can_count(user, taking.site))
    try:
        wanted, undone = read_queue(json.loads(request.body or b"{}"))
    except (ValueError, KeyError, TypeError, AttributeError):
        words = _("Envoi illisible\u00a0: rechargez la page, vos lectures y restent.")
        return JsonResponse({"error": words}, status=400)
    try:
        read = record_scans(user, pk, wanted) if wanted else []
        for key in undone:
            undo_scan(user, pk, key)
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused), "closed": True}, status=409)
    return JsonResponse({"read": told(user, read), "undone": [str(key) for key in undone]})


def read_queue(body: Any) -> tuple[list[Scanned], list[uuid.UUID]]:
    """What a browser's queue holds. Raises ValueError, KeyError, TypeError where it is not one."""
    rows = [
        Scanned(
            key=uuid.UUID(str(one["key"])),
            text=str(one["text"]).replace("\x00", "")[:300],
            room=int(one["room"]) if one.get("room") else None,
            at=_moment(one.get("at")),
        )
        for one in list(body.get("scans", []))[:AT_MOST]
    ]
    return rows, [uuid.UUID(str(key)) for key in list(body.get("undo", []))[:AT_MOST]]


def _moment(text: Any) -> dt.datetime | None:
    at = parse_datetime(str(text)) if text else None
    return None if at is None or is_naive(at) else at


def told(user: User, read: list[Read]) -> list[dict[str, Any]]:
    """Each scan in words; a device of a site that the person does not see keeps its name."""
    seen = visible_sites(user, {one.device.site_id for one in read if one.device})
    return [_told(one, one.device is not None and one.device.site_id in seen) for one in read]


def _told(one: Read, known: bool) -> dict[str, Any]:
    state, icon = OUTCOMES[one.outcome]
    name = one.device.name if one.device and known else one.text
    return {
        "key": str(one.key),
        "outcome": one.outcome,
        "again": one.again,
        "word": outcome_word(one.outcome, one.again),
        "state": "planned" if one.again and one.outcome in {"seen", "moved"} else state,
        "icon": icon,
        "name": name,
        "detail": _detail(one, known),
    }


def _detail(one: Read, known: bool) -> str:
    device = one.device
    if device is None:
        return _("Ni code, ni numéro de série, ni étiquette connus.")
    if one.outcome == "elsewhere":
        return str(device.site) if known else _("inscrit dans une autre école")
    product = str(device.product)
    if one.outcome == "moved":
        room = device.room.name if device.room else _("sans local")
        return _("%(product)s, inscrit en %(room)s") % {"product": product, "room": room}
    return product


@require_POST
@login_required
def remark(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """POST `/recolements/<id>/lectures/<key>/remarque/`: damaged, a note, a photo."""
    user = user_of(request)
    taking = taking_of(user, pk)
    require(can_count(user, taking.site))
    form = RemarkForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": _("300 caractères au plus.")}, status=400)
    values = form.cleaned_data
    photo = values["photo"]
    try:
        remark_scan(
            user,
            pk,
            key,
            damaged=values["damaged"],
            note=values["note"],
            photo=photo.file if photo else None,
            size=photo.size if photo else 0,
        )
    except PhotoRefused as refused:
        return JsonResponse({"error": str(refused)}, status=400)
    except DecisionImpossible as refused:
        return JsonResponse({"error": str(refused)}, status=409)
    except StockScan.DoesNotExist:
        raise Http404 from None
    return JsonResponse({"word": _("Noté.")})


@require_GET
@login_required
def photo(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/recolements/photos/<id>/`: a photo of ours, to who sees the site."""
    seen = StockScan.objects.visible_to(user_of(request)).exclude(photo="")
    scan = get_object_or_404(seen, pk=pk)
    try:
        with scan.photo.open("rb") as file:
            content = file.read()
    except FileNotFoundError as gone:
        raise Http404 from gone
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


urlpatterns: list[URLPattern] = [
    path("recolements/<int:pk>/compter/", count, name="count"),
    path("recolements/<int:pk>/avancement/", progress, name="stock_progress"),
    path("recolements/<int:pk>/lectures/", scans, name="stock_scans"),
    path("recolements/<int:pk>/lectures/<uuid:key>/remarque/", remark, name="remark_scan"),
    path("recolements/photos/<int:pk>/", photo, name="stock_photo"),
]

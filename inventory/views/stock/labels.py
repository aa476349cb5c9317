"""Labels: what a QR leads to, which ones to print, the sheet as PDF."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.access.deliveries import can_note_deliveries
from inventory.actions.labels.ask_labels import AT_MOST
from inventory.labels_asked import (
    delivery_asked,
    first_asked,
    form_asked,
    labels_asked,
    run_asked,
)
from inventory.listing import FILTERS, site_chosen
from inventory.models import Device, LabelRun, StockTaking
from inventory.printing.formats import formats
from inventory.printing.labels import labels_of, sheet
from inventory.rules.codes import read_code, spaced
from inventory.standing import standing_of
from schools.filters import shown
from schools.models import Room
from schools.views.doors import user_of

AT_ONCE = 60
"""So many labels a page waits for; above, a worker prints them and the page shows how far it is."""
RUNS = 5
SCHOOL_ROLES = frozenset({"contact", "head"})


@require_GET
@login_required
def resolve(request: HttpRequest, code: str) -> HttpResponse:
    """GET `/e/<code>`: the page of that device. Who may not see it is told what everybody is told
    of a code that does not exist."""
    user = user_of(request)
    known = read_code(code)
    device = Device.objects.visible_to(user).filter(code=known or "-").first()
    if device is None:
        context = {"code": code, "spaced": spaced(known) if known else code}
        return render(request, "inventory/stock/no_code.html", context, status=404)
    if user.role_kinds & SCHOOL_ROLES and not user.is_technician:
        return redirect("inventory:device_card", device.pk)
    return redirect("inventory:device", device.pk)


@require_GET
@login_required
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/fiche/`: the same device on a phone, for who stands before it."""
    user = user_of(request)
    seen = Device.objects.visible_to(user).select_related("product", "room", "site__school")
    device = get_object_or_404(seen, pk=pk)
    try:
        report = f"{reverse('helpdesk:report')}?device={pk}"
    except NoReverseMatch:  # a page of a higher app, where it is installed
        report = ""
    context = {
        "menu": "equipment",
        "device": device,
        "spaced": spaced(device.code),
        "last": device.stock_counts.select_related("by", "room").order_by("-at").first(),
        "running": StockTaking.objects.visible_to(user).running().filter(site=device.site).first(),
        "report": report,
        "standing": standing_of(device.site),
        "today": timezone.localdate(),
    }
    return render(request, "inventory/stock/card.html", context)


@require_GET
@login_required
def device_label(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/etiquette/`: panel of a device: its code, when it was counted."""
    device = get_object_or_404(Device.objects.visible_to(user_of(request)), pk=pk)
    context = {
        "device": device,
        "spaced": spaced(device.code),
        "counts": device.stock_counts.select_related("by", "room", "stock_taking")[:5],
    }
    return render(request, "inventory/stock/_device_label.html", context)


@require_GET
@login_required
def labels(request: HttpRequest) -> HttpResponse:
    """GET `/etiquettes/`: which devices, on which sheet; a picture of the first page."""
    user, query = user_of(request), request.GET
    asked = labels_asked(user, query)
    form, first = form_asked(query), first_asked(query)
    total = asked.count()
    site = site_chosen(user, query)
    context = {
        "menu": "labels",
        "crumbs": [
            (_("Équipements"), reverse("inventory:devices")),
            (_("Étiquettes"), None),
        ],
        "formats": formats().values(),
        "form": form,
        "first": first,
        "total": total,
        "at_once": AT_ONCE,
        "at_most": AT_MOST,
        "pages": -(-(min(total, AT_MOST) + first - 1) // form.a_page),
        "used": range(1, first),
        "cells": list(asked[: form.a_page - first + 1]),
        "filters": shown(FILTERS, request),
        "query": query.get("q", ""),
        "chosen_site": site,
        "delivery": delivery_asked(user, query),
        "former": run_asked(user, query),
        "ticked": len(query.getlist("appareil")),
        "may_note": bool(can_note_deliveries(user)),
        "today": timezone.localdate(),
        "key": uuid.uuid4(),
        "runs": LabelRun.objects.visible_to(user).defer("devices")[:RUNS],
        "rooms": Room.objects.filter(site=site).open() if site else [],
        "room": query.get("local", ""),
    }
    return render(request, "inventory/stock/labels.html", context)


@require_GET
@login_required
def labels_pdf(request: HttpRequest) -> HttpResponse:
    """GET `/etiquettes/planche.pdf`: the same question as the page, where it is a short one."""
    rows = list(labels_asked(user_of(request), request.GET)[: AT_ONCE + 1])
    if len(rows) > AT_ONCE:
        messages.info(
            request, _("Tant d’étiquettes s’impriment à part : lancez le tirage, il vous attend.")
        )
        return redirect(f"{reverse('inventory:labels')}?{request.GET.urlencode()}")
    content = sheet(
        labels_of(rows), form_asked(request.GET), base_of(request), first_asked(request.GET)
    )
    return pdf_response(content)


@require_POST
@login_required
def choose_labels(request: HttpRequest) -> HttpResponse:
    """POST `/etiquettes/choisir/`: rows ticked in the list (``device``), or with ``all`` every one
    that its filters give."""
    said = request.POST
    if said.get("all"):
        query = QueryDict(said.get("query", ""), mutable=True)
        for name in ("apres", "tri"):
            query.pop(name, None)
    else:
        query = QueryDict(mutable=True)
        query.setlist("appareil", [key for key in said.getlist("device") if key.isdecimal()])
        query["situation"] = "tout"
    return redirect(f"{reverse('inventory:labels')}?{query.urlencode()}")


def base_of(request: HttpRequest) -> str:
    """The address that the QR of a label begins with."""
    return settings.LABEL_URL or request.build_absolute_uri("/")


def pdf_response(content: bytes) -> HttpResponse:
    """A sheet, to look at and to print; not to be kept by anything in between."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="etiquettes.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns: list[URLPattern] = [
    re_path(r"^[eE]/(?P<code>[0-9A-Za-z-]{1,20})/?$", resolve, name="label"),
    path("equipements/<int:pk>/fiche/", card, name="device_card"),
    path("equipements/<int:pk>/etiquette/", device_label, name="device_label"),
    path("etiquettes/", labels, name="labels"),
    path("etiquettes/planche.pdf", labels_pdf, name="labels_pdf"),
    path("etiquettes/choisir/", choose_labels, name="choose_labels"),
]

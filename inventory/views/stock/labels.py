"""Labels: what a QR leads to, which ones to print, the sheet as PDF."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.listing import FILTERS, devices_asked, site_chosen
from inventory.models import Device, StockTaking
from inventory.models.devices import DeviceQuerySet
from inventory.printing.formats import LabelFormat, formats
from inventory.printing.labels import labels_of, sheet
from inventory.rules.codes import read_code, spaced
from inventory.standing import standing_of
from schools.filters import shown
from schools.models import Room, User
from schools.views.doors import user_of

AT_MOST = 1000
"""Labels of one PDF: some seconds of a worker."""
PREVIEWED = 65
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
    user = user_of(request)
    asked = _asked(request, user)
    form, first = _form(request), _first(request)
    total = asked.count()
    site = site_chosen(user, request.GET)
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
        "at_most": AT_MOST,
        "pages": -(-(min(total, AT_MOST) + first - 1) // form.a_page),
        "cells": [None] * (first - 1) + list(asked[: form.a_page - first + 1]),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "chosen_site": site,
        "rooms": Room.objects.filter(site=site).open() if site else [],
        "room": request.GET.get("local", ""),
    }
    return render(request, "inventory/stock/labels.html", context)


@require_GET
@login_required
def labels_pdf(request: HttpRequest) -> HttpResponse:
    """GET `/etiquettes/planche.pdf`: the same question as the page."""
    rows = list(_asked(request, user_of(request))[:AT_MOST])
    base = settings.LABEL_URL or request.build_absolute_uri("/")
    content = sheet(labels_of(rows), _form(request), base, _first(request))
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="etiquettes.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def _asked(request: HttpRequest, user: User) -> DeviceQuerySet:
    """By filter, by room, or those that were ticked; in the order of a walk through the rooms."""
    rows = devices_asked(user, request.GET)
    keys = [int(key) for key in request.GET.getlist("appareil") if key.isdigit()][:AT_MOST]
    if keys:
        rows = rows.filter(pk__in=keys)
    if (room := request.GET.get("local", "")).isdigit():
        rows = rows.filter(room=int(room))
    return rows.order_by("site", "room__building", "room__floor", "room__name", "name", "pk")


def _form(request: HttpRequest) -> LabelFormat:
    known = formats()
    return known.get(request.GET.get("format", ""), next(iter(known.values())))


def _first(request: HttpRequest) -> int:
    told = request.GET.get("premiere", "")
    number = int(told) if told.isdigit() and len(told) < 4 else 1
    return min(max(number, 1), _form(request).a_page)


urlpatterns: list[URLPattern] = [
    re_path(r"^[eE]/(?P<code>[0-9A-Za-z-]{1,20})/?$", resolve, name="label"),
    path("equipements/<int:pk>/fiche/", card, name="device_card"),
    path("equipements/<int:pk>/etiquette/", device_label, name="device_label"),
    path("etiquettes/", labels, name="labels"),
    path("etiquettes/planche.pdf", labels_pdf, name="labels_pdf"),
]

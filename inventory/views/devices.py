"""Devices: the list, and the page of one with the panels of other apps."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access.imports import can_import_devices
from inventory.device_sheet import RELATED, own_keys, sheet_heads, sheet_rows
from inventory.listing import FILTERS, devices_asked, page_of, site_chosen
from inventory.models import Device, Link, Port
from inventory.observed import device_states
from schools.filters import filtered, shown
from schools.panels import panels_of
from schools.rules import Allowed
from schools.sheets import CHUNK, sheet_paths, sheet_response
from schools.views.doors import user_of

EXPORTED = 200_000


@require_GET
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """GET `/equipements/`."""
    user = user_of(request)
    asked = devices_asked(user, request.GET)
    rows, after = page_of(asked, request.GET.get("apres", ""))
    states = device_states().states([device.pk for device in rows])
    context = {
        "menu": "devices",
        "crumbs": [(_("Équipements"), None)],
        "rows": [(device, *states.get(device.pk, ("", ""))) for device in rows],
        "total": asked.count(),
        "after": after,
        "filters": shown(FILTERS, request),
        "chosen_site": site_chosen(user, request.GET),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET, "site"),
        "uplink_url": _url_of("supervision:no_uplink"),
        "keeps": isinstance(can_import_devices(user), Allowed),
    }
    return render(request, "inventory/devices.html", context)


def _url_of(name: str) -> str:
    """The address of a page of a higher app; empty where that app is not there."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equipements/export.csv`: the same filters, the whole list."""
    user = user_of(request)
    asked = devices_asked(user, request.GET).select_related(*RELATED).order_by("name", "pk")
    own = own_keys(user)
    rows = sheet_rows(asked[:EXPORTED].iterator(chunk_size=CHUNK), own)
    return sheet_response(request, "equipements", sheet_heads(own), rows, ending=ending)


@dataclass(frozen=True)
class PortRow:
    """A port and what stands at the other end of its cable."""

    port: Port
    link: Link | None
    far: Port | None


@require_GET
@login_required
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/`: identity, place, ports; panels of other apps."""
    seen = Device.objects.visible_to(user_of(request))
    here = get_object_or_404(
        seen.select_related("product", "room", "site__school__authority"), pk=pk
    )
    state, words = device_states().states([here.pk]).get(here.pk, ("", ""))
    main, aside = panels_of(settings.DEVICE_PANELS, here.pk)
    context = {
        "menu": "devices",
        "device": here,
        "live": f"sse:site-{here.site_id}",
        "state": state,
        "state_words": words,
        "crumbs": _crumbs(here),
        "ports": ports_of(here),
        "covered": [c.room for c in here.coverages.select_related("room").order_by("room__name")],
        "panels_main": main,
        "panels_aside": aside,
        "today": timezone.localdate(),
    }
    return render(request, "inventory/device.html", context)


def ports_of(here: Device) -> list[PortRow]:
    """The device's ports with their far ends, in one query for any number of ports."""
    rows = Port.objects.filter(device=here).select_related(
        "link_a__port_b__device__room", "link_b__port_a__device__room"
    )
    found = []
    for port in rows:
        link, far = getattr(port, "link_a", None), None
        if link is not None:
            far = link.port_b
        elif (link := getattr(port, "link_b", None)) is not None:
            far = link.port_a
        found.append(PortRow(port, link, far))
    return found


def _crumbs(here: Device) -> list[tuple[str, str | None]]:
    url = reverse("schools:sites")
    site = here.site
    return [
        (_("Région"), url),
        (str(site.get_province_display()), f"{url}?province={site.province}"),
        (str(site), reverse("schools:site", args=[site.pk])),
        (here.name, None),
    ]


urlpatterns: list[URLPattern] = [
    path("equipements/", devices, name="devices"),
    *sheet_paths("equipements/export", export, "devices_export"),
    path("equipements/<int:pk>/", device, name="device"),
]

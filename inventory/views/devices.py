"""Devices: the list, and the page of one with the panels of other apps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access.network import can_keep_network
from inventory.listing import FILTERS, devices_asked, page_of, site_chosen
from inventory.models import Device, RackPlace
from inventory.observed import device_states
from inventory.ports_shown import ports_of
from schools.filters import filtered, shown
from schools.panels import panels_of
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
        "uplink_url": reverse("inventory:no_uplink"),
    }
    return render(request, "inventory/devices.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equipements/export.csv`: the same filters, the whole list."""
    asked = devices_asked(user_of(request), request.GET).order_by("name", "pk")[:EXPORTED]
    rows = _cells(asked.iterator(chunk_size=CHUNK))
    return sheet_response(request, "equipements", _heads(), rows, ending=ending)


def _heads() -> list[str]:
    return [
        _("Nom"),
        _("Type"),
        _("Marque"),
        _("Modèle"),
        _("Établissement"),
        _("Implantation"),
        _("Local"),
        _("Étiquette"),
        _("Numéro de série"),
        _("Situation"),
        _("Installé le"),
        _("Garantie jusqu’au"),
    ]


def _cells(rows: Iterable[Device]) -> Iterator[list[object]]:
    for device in rows:
        yield [
            device.name,
            device.product.get_category_display(),
            device.product.maker,
            device.product.model,
            device.site.school.name,
            device.site.name,
            device.room.name if device.room else "",
            device.asset_number or "",
            device.serial or "",
            device.get_state_display(),
            device.installed_on,
            device.warranty_until,
        ]


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
        "may_wire": bool(can_keep_network(user_of(request), here.site)),
        "addresses": list(here.ip_addresses.order_by("-is_management", "address")),
        "rack_place": RackPlace.objects.filter(device=here).select_related("rack").first(),
        "radios": list(here.radios.all()),
        "covered": [c.room for c in here.coverages.select_related("room").order_by("room__name")],
        "panels_main": main,
        "panels_aside": aside,
        "today": timezone.localdate(),
    }
    return render(request, "inventory/device.html", context)


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

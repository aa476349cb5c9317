"""Racks of a site, drawn unit by unit."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.models import RackPlace
from inventory.network_tabs import network_context, site_of
from inventory.observed import device_states
from inventory.racks_shown import racks_shown
from schools.sheets import sheet_paths, sheet_response


@require_GET
@login_required
def site_racks(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/baies/`."""
    site = site_of(request, pk)
    devices = RackPlace.objects.filter(rack__site=site).values_list("device", flat=True)
    context = {
        **network_context(request, site, "site_racks"),
        "racks": racks_shown(site, device_states().states(list(devices))),
    }
    return render(request, "inventory/network/racks.html", context)


@require_GET
@login_required
def racks_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/baies/export.csv`: a line per device, from the top down."""
    heads = [_("Baie"), _("Local"), _("Unités"), _("Équipement"), _("Modèle")]
    rows = (
        [
            *(one.rack.name, one.rack.room.name if one.rack.room else "", slot.units),
            *(slot.place.device.name, slot.place.device.product),
        ]
        for one in racks_shown(site_of(request, pk), {})
        for slot in one.slots
        if slot.place
    )
    return sheet_response(request, "baies", heads, rows, ending=ending)


_BASE = "implantations/<int:pk>/reseau/baies"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}/", site_racks, name="site_racks"),
    *sheet_paths(f"{_BASE}/export", racks_export, "racks_export"),
]

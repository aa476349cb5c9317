"""The network of a site drawn, and the same floor by floor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.floors_shown import FloorShown, State, floors_shown
from inventory.models import Device
from inventory.network_shown import site_network_shown
from inventory.network_tabs import network_context, site_of
from inventory.observed import device_states
from schools.models import Site
from schools.sheets import sheet_paths, sheet_response


@require_GET
@login_required
def site_network(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/`; `?chaque=1` draws every device in a box of its own."""
    site = site_of(request, pk)
    devices = list(
        Device.objects.installed()
        .filter(site=site)
        .select_related("product", "room")
        .order_by("name")
    )
    states = device_states().states([device.pk for device in devices])
    shown = site_network_shown(site, devices, {device: one[0] for device, one in states.items()})
    context = {
        **network_context(request, site, "site_network"),
        "shown": shown,
        "counts": Counter(node.state for node in shown.nodes).most_common(),
        "each": request.GET.get("chaque") == "1",
        "others": [line for line in shown.others if line.cable],
    }
    return render(request, "inventory/network/picture.html", context)


@require_GET
@login_required
def site_floors(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/etages/`: floor → room → devices, sockets, WiFi."""
    site = site_of(request, pk)
    context = {
        **network_context(request, site, "site_floors"),
        "floors": floors_shown(site, _states(site)),
    }
    return render(request, "inventory/network/floors.html", context)


def _states(site: Site) -> dict[int, State]:
    keys = Device.objects.installed().filter(site=site).values_list("pk", flat=True)
    return device_states().states(list(keys))


@require_GET
@login_required
def floors_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/etages/export.csv`: a line per room."""
    site = site_of(request, pk)
    heads = [
        *(_("Bâtiment"), _("Étage"), _("Local"), _("Usage"), _("Équipements")),
        *(_("Prises murales"), _("Prises câblées"), _("Bornes qui le couvrent"), _("À couvrir")),
    ]
    rows = _cells(floors_shown(site, {}))
    return sheet_response(request, "etages", heads, rows, ending=ending)


def _cells(floors: Iterable[FloorShown]) -> Iterator[list[object]]:
    for floor in floors:
        for row in floor.rows:
            yield [
                floor.building,
                floor.name,
                row.room.name if row.room else "",
                row.room.get_kind_display() if row.room else "",
                ", ".join(device.name for device, _state in row.devices),
                row.sockets,
                row.wired,
                ", ".join(point.name for point, _state in row.points),
                _("oui") if row.to_cover else _("non"),
            ]


urlpatterns: list[URLPattern] = [
    path("implantations/<int:pk>/reseau/", site_network, name="site_network"),
    path("implantations/<int:pk>/reseau/etages/", site_floors, name="site_floors"),
    *sheet_paths("implantations/<int:pk>/reseau/etages/export", floors_export, "floors_export"),
]

"""Prefixes and addresses of a site: how full, what is free, who has which."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.addresses_shown import prefixes_shown
from inventory.models import IpAddress
from inventory.models.addressing import IpAddressQuerySet
from inventory.network_tabs import network_context, site_of
from schools.filters import Filter, filtered, narrowed, shown
from schools.keyset import PAGE
from schools.models import Site
from schools.sheets import CHUNK, sheet_paths, sheet_response

USES = [
    ("gestion", gettext_lazy("de gestion")),
    ("reservee", gettext_lazy("gardée pour plus tard")),
    ("dehors", gettext_lazy("hors de tout préfixe")),
]


def _narrow(rows: Any, use: str) -> Any:
    if use == "gestion":
        return rows.filter(is_management=True)
    if use == "reservee":
        return rows.filter(device=None)
    return rows.exclude(outside_why="")


FILTERS = (Filter("sorte", gettext_lazy("Sorte"), lambda: USES, _narrow),)


def _asked(request: HttpRequest, site: Site) -> IpAddressQuerySet:
    rows = IpAddress.objects.filter(site=site).select_related("device__room", "port")
    for word in request.GET.get("q", "").split()[:5]:
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(device__name__icontains=word)
            | Q(address__startswith=word.lower())
        )
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def site_addresses(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/adresses/`."""
    site = site_of(request, pk)
    asked = _asked(request, site)
    rows, after = _page(asked, request.GET.get("apres", ""))
    context = {
        **network_context(request, site, "site_addresses"),
        "prefixes": prefixes_shown(site),
        "rows": rows,
        "total": asked.count(),
        "after": after,
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": request.GET.get("q", ""),
    }
    return render(request, "inventory/network/addresses.html", context)


def _page(rows: IpAddressQuerySet, after: str) -> tuple[list[IpAddress], str]:
    """One page after that address, in the order of numbers; an address stands once."""
    rows = rows.order_by("address")
    with suppress(ValueError):  # the first page, or a cursor that nobody of ours wrote
        rows = rows.filter(address__gt=str(ipaddress.ip_address(after)))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].address if len(found) > PAGE else ""


@require_GET
@login_required
def prefixes_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/prefixes/export.csv`."""
    heads = [
        *(_("Préfixe"), "VLAN", _("Rôle"), _("Passerelle"), _("DHCP, de"), _("DHCP, à")),
        *(_("Données"), _("Libres"), _("Remarque")),
    ]
    rows = (
        [
            *(one.prefix, one.prefix.vlan or "", one.prefix.get_role_display()),
            *(one.prefix.gateway or "", one.prefix.dhcp_first or "", one.prefix.dhcp_last or ""),
            *(one.given, one.occupancy.free if one.occupancy else "", one.prefix.notes),
        ]
        for one in prefixes_shown(site_of(request, pk))
    )
    return sheet_response(request, "prefixes", heads, rows, ending=ending)


@require_GET
@login_required
def addresses_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/adresses/export.csv`: the same filters."""
    asked = _asked(request, site_of(request, pk)).order_by("address")
    heads = [
        *(_("Adresse"), _("Équipement"), _("Port"), _("Local"), _("Nom ou usage")),
        *(_("De gestion"), _("Hors préfixe, parce que")),
    ]
    rows = _cells(asked.iterator(chunk_size=CHUNK))
    return sheet_response(request, "adresses", heads, rows, ending=ending)


def _cells(rows: Iterable[IpAddress]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            row.address,
            row.device.name if row.device else "",
            row.port.name if row.port else "",
            row.device.room.name if row.device and row.device.room else "",
            row.name,
            _("oui") if row.is_management else _("non"),
            row.outside_why,
        ]


_BASE = "implantations/<int:pk>/reseau/"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}adresses/", site_addresses, name="site_addresses"),
    *sheet_paths(f"{_BASE}adresses/export", addresses_export, "addresses_export"),
    *sheet_paths(f"{_BASE}prefixes/export", prefixes_export, "prefixes_export"),
]

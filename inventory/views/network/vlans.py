"""VLANs, WiFi networks and radios of a site."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.models import Category, Device, Radio, Ssid, Vlan
from inventory.network_tabs import network_context, site_of
from schools.models import Site
from schools.sheets import sheet_paths, sheet_response


def _vlans(site: Site) -> list[Vlan]:
    counts = {
        "n_ssids": Count("ssids", distinct=True),
        "n_access": Count("access_ports", distinct=True),
        "n_trunks": Count("trunk_ports", distinct=True),
    }
    rows = Vlan.objects.filter(site=site).annotate(**counts)
    return list(rows.prefetch_related("prefixes").order_by("vid"))


@require_GET
@login_required
def site_vlans(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/vlan/`."""
    site = site_of(request, pk)
    context = {**network_context(request, site, "site_vlans"), "vlans": _vlans(site)}
    return render(request, "inventory/network/vlans.html", context)


@require_GET
@login_required
def vlans_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/vlan/export.csv`."""
    heads = [_("Numéro"), _("Nom"), _("Usage"), _("Préfixes"), _("Réseaux WiFi"), _("Ports")]
    rows = _vlan_cells(_vlans(site_of(request, pk)))
    return sheet_response(request, "vlan", heads, rows, ending=ending)


def _vlan_cells(rows: list[Vlan]) -> Iterator[list[object]]:
    for vlan in rows:
        yield [
            vlan.vid,
            vlan.name,
            vlan.get_purpose_display(),
            ", ".join(str(prefix) for prefix in vlan.prefixes.all()),
            vlan.n_ssids,  # type: ignore[attr-defined]
            vlan.n_access,  # type: ignore[attr-defined]
        ]


def _ssids(site: Site) -> list[Ssid]:
    return list(Ssid.objects.filter(site=site).select_related("vlan").order_by("name"))


def _radios(site: Site) -> list[Radio]:
    rows = Radio.objects.filter(access_point__site=site).select_related("access_point__room")
    return list(rows.order_by("access_point__name", "band"))


@require_GET
@login_required
def site_wifi(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/wifi/`: networks, and the radios that carry them."""
    site, radios = site_of(request, pk), []
    radios = _radios(site)
    points = Device.objects.installed().filter(site=site, product__category=Category.ACCESS_POINT)
    set_up = {radio.access_point_id for radio in radios}
    context = {
        **network_context(request, site, "site_wifi"),
        "ssids": _ssids(site),
        "radios": radios,
        "without": [one for one in points.order_by("name") if one.pk not in set_up],
    }
    return render(request, "inventory/network/wifi.html", context)


@require_GET
@login_required
def wifi_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/wifi/export.csv`: never a passphrase."""
    heads = [_("Nom"), "VLAN", _("Accès"), _("Bande"), _("En service"), _("Nom masqué")]
    rows = (
        [
            *(one.name, one.vlan, one.get_security_display(), one.get_band_display()),
            *(_("oui") if flag else _("non") for flag in (one.enabled, one.hidden)),
        ]
        for one in _ssids(site_of(request, pk))
    )
    return sheet_response(request, "wifi", heads, rows, ending=ending)


@require_GET
@login_required
def radios_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/radios/export.csv`."""
    heads = [
        *(_("Borne"), _("Local"), _("Bande"), _("Nombre"), _("Canal"), _("Largeur (MHz)")),
        _("Puissance (dBm)"),
    ]
    rows = (
        [
            *(one.access_point.name, one.access_point.room or "", one.get_band_display()),
            *(one.count, one.channel, one.width_mhz, one.power_dbm),
        ]
        for one in _radios(site_of(request, pk))
    )
    return sheet_response(request, "radios", heads, rows, ending=ending)


_BASE = "implantations/<int:pk>/reseau/"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}vlan/", site_vlans, name="site_vlans"),
    *sheet_paths(f"{_BASE}vlan/export", vlans_export, "vlans_export"),
    path(f"{_BASE}wifi/", site_wifi, name="site_wifi"),
    *sheet_paths(f"{_BASE}wifi/export", wifi_export, "wifi_export"),
    *sheet_paths(f"{_BASE}radios/export", radios_export, "radios_export"),
]

"""Cables of a site: the list, plugging in and out, panels and sockets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import require
from inventory.access.network import can_keep_network
from inventory.actions.add_panel import add_panel
from inventory.actions.connect import connect_ports, disconnect
from inventory.actions.keep_network import NetworkRefused
from inventory.cables_shown import CableRow, cables_shown, links_of
from inventory.forms.links import ConnectForm
from inventory.forms.network import PanelForm
from inventory.models import Link, LinkRole, Port
from inventory.network_tabs import network_context, site_of
from schools.filters import Filter, by, filtered, shown
from schools.models import Site
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

FILTERS = (Filter("role", gettext_lazy("Rôle"), lambda: LinkRole.choices, by("role")),)
UNDO_S = 600
"""How long the undo of a removed cable holds."""


def _asked(request: HttpRequest, site: Site) -> list[Link]:
    role = request.GET.get("role", "")
    text = request.GET.get("q", "")[:80]
    return links_of(site, text, role if role in LinkRole.values else "")


@require_GET
@login_required
def site_cables(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/reseau/cables/`."""
    site = site_of(request, pk)
    links = _asked(request, site)
    context = {
        **network_context(request, site, "site_cables"),
        "rows": cables_shown(site, links),
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": request.GET.get("q", ""),
        "undo": _undo(request, site, links),
    }
    return render(request, "inventory/network/cables.html", context)


def _undo(request: HttpRequest, site: Site, links: list[Link]) -> tuple[str, str] | None:
    """What was just done, and the address that takes it back."""
    done, gone = request.GET.get("fait", ""), request.GET.get("retire", "")
    if done and any(str(link.pk) == done for link in links):
        url = reverse("inventory:cable_disconnect", args=[site.pk, int(done)])
        return _("Câble noté."), url
    if gone:
        url = reverse("inventory:cable_restore", args=[site.pk])
        return _("Câble retiré."), f"{url}?{urlencode({'jeton': gone})}"
    return None


@require_GET
@login_required
def cables_export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `…/reseau/cables/export.csv`: the same filters."""
    site = site_of(request, pk)
    heads = [
        *(_("De"), _("Port"), _("À"), _("Port"), _("Rôle"), _("Type"), _("Étiquette")),
        *(_("Câble"), _("Couleur"), _("Longueur (m)"), _("Chemin")),
    ]
    rows = _cells(cables_shown(site, _asked(request, site)))
    return sheet_response(request, "cables", heads, rows, ending=ending)


def _cells(rows: list[CableRow]) -> Iterator[list[object]]:
    for row in rows:
        link = row.link
        yield [
            link.port_a.device.name,
            link.port_a.name,
            link.port_b.device.name,
            link.port_b.name,
            link.get_role_display(),
            link.get_kind_display(),
            link.label,
            link.get_cable_display() if link.cable else "",
            row.colour,
            link.length_m,
            " → ".join(str(port) for port in row.way),
        ]


@require_http_methods(["GET", "POST"])
@login_required
def connect(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `…/reseau/cables/brancher/`; `?a=<port>` chooses the first end."""
    site, user = site_of(request, pk), user_of(request)
    require(can_keep_network(user, site))
    form = ConnectForm(site, request.POST or None, initial={"a": request.GET.get("a", "")})
    if request.method == "POST" and form.is_valid():
        ports = Port.objects.filter(device__site=site).in_bulk(
            [form.cleaned_data["a"], form.cleaned_data["b"]]
        )
        one, other = ports[form.cleaned_data["a"]], ports[form.cleaned_data["b"]]
        try:
            link = connect_ports(user, site, one, other, form.values())
        except NetworkRefused as error:
            form.refuse(error.field, str(error))
        else:
            return redirect(f"{_url('site_cables', pk)}?fait={link.pk}")
    context = {
        **network_context(request, site, "site_cables", _("Brancher un câble")),
        "title": _("Brancher un câble"),
        "form": form,
        "back": _url("site_cables", pk),
    }
    return render(request, "inventory/network/row.html", context)


@require_POST
@login_required
def cable_disconnect(request: HttpRequest, pk: int, link: int) -> HttpResponse:
    """POST `…/reseau/cables/<id>/debrancher/`; it can be put back for ten minutes."""
    site, user = site_of(request, pk), user_of(request)
    found = get_object_or_404(Link.objects.filter(port_a__device__site=site), pk=link)
    told = signing.dumps(disconnect(user, site, found), salt=f"cable {pk}")
    return _to(request, f"{_url('site_cables', pk)}?{urlencode({'retire': told})}")


@require_POST
@login_required
def cable_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `…/reseau/cables/remettre/`: undo of a removal."""
    site, user = site_of(request, pk), user_of(request)
    require(can_keep_network(user, site))
    try:
        told: dict[str, Any] = signing.loads(
            request.GET.get("jeton", ""), salt=f"cable {pk}", max_age=UNDO_S
        )
    except signing.BadSignature:
        messages.error(request, _("C’est trop tard pour annuler. Branchez-le à nouveau."))
        return _to(request, _url("site_cables", pk))
    ports = Port.objects.filter(pk__in=[told.pop("a"), told.pop("b")])
    try:
        if len(ports) < 2:
            raise NetworkRefused("", _("Un des deux ports n’existe plus."))
        link = connect_ports(user, site, ports[0], ports[1], told)
    except NetworkRefused as error:
        messages.error(request, str(error))
        return _to(request, _url("site_cables", pk))
    return _to(request, f"{_url('site_cables', pk)}?fait={link.pk}")


def _to(request: HttpRequest, url: str) -> HttpResponse:
    """A browser is sent on; the undo button, which fetches, is told where to go."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)


@require_http_methods(["GET", "POST"])
@login_required
def panel_new(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `…/reseau/panneaux/nouveau/`: a patch panel or a wall socket."""
    site, user = site_of(request, pk), user_of(request)
    require(can_keep_network(user, site))
    form = PanelForm(site, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            panel = add_panel(user, site, **form.cleaned_data)
        except NetworkRefused as error:
            form.add_error(error.field or None, str(error))
        else:
            messages.success(request, _("Enregistré\u00a0: %(what)s.") % {"what": panel})
            return redirect("inventory:device", panel.pk)
    title = _("Nouveau panneau ou prise murale")
    context = {
        **network_context(request, site, "site_cables", title),
        "title": title,
        "form": form,
        "back": _url("site_cables", pk),
    }
    return render(request, "inventory/network/row.html", context)


def _url(name: str, *args: int) -> str:
    return reverse(f"inventory:{name}", args=args)


_BASE = "implantations/<int:pk>/reseau/"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}cables/", site_cables, name="site_cables"),
    *sheet_paths(f"{_BASE}cables/export", cables_export, "cables_export"),
    path(f"{_BASE}cables/brancher/", connect, name="cable_connect"),
    path(f"{_BASE}cables/remettre/", cable_restore, name="cable_restore"),
    path(f"{_BASE}cables/<int:link>/debrancher/", cable_disconnect, name="cable_disconnect"),
    path(f"{_BASE}panneaux/nouveau/", panel_new, name="panel_new"),
]

"""RADIUS clients of a site, and which VLAN each segment is there."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod import network_listed as listed
from byod.access.network.keeping import can_keep_clients, can_read_sessions
from byod.actions.network.write_clients import map_segments, retire_client, write_client
from byod.forms.network.clients import NasForm, SegmentsForm
from byod.models.network.nas import Nas
from byod.models.network.policies import Segment
from byod.models.network.segments import SiteSegment
from byod.views.network.doors import site_context, site_seen
from inventory.access.refusals import require
from schools.keyset import page_of
from schools.models import Site
from schools.views.doors import user_of


@require_GET
@login_required
def clients(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/clients-radius/`."""
    site = site_seen(request, pk)
    require(can_read_sessions(user_of(request), site))
    found = listed.clients_of(site)
    rows, after = page_of(found, listed.NAS_ORDER, request.GET.get("apres", ""))
    context = {
        **site_context(request, site, "site_clients", _("Clients RADIUS")),
        "rows": [(row, listed.is_silent(row)) for row in rows],
        "after": after,
    }
    return render(request, "byod/network/clients.html", context)


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/clients-radius/ajouter/`."""
    site = site_seen(request, pk)
    require(can_keep_clients(user_of(request), site))
    return _form(request, site, NasForm(site, request.POST or None), None)


@require_http_methods(["GET", "POST"])
@login_required
def client(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/clients-radius/<id>/`: change one; its secret is never shown."""
    row = _seen(request, pk)
    require(can_keep_clients(user_of(request), row.site))
    return _form(request, row.site, NasForm(row.site, request.POST or None, instance=row), row)


def _seen(request: HttpRequest, pk: int) -> Nas:
    rows = Nas.objects.visible_to(user_of(request)).in_use()
    return get_object_or_404(rows.select_related("site__school", "site__municipality"), pk=pk)


def _form(request: HttpRequest, site: Site, form: NasForm, row: Nas | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        secret, key = form.cleaned_data["secret"], row.pk if row else None
        try:
            write_client(user_of(request), site, form.values(), secret, pk=key)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Client RADIUS enregistré."))
            return redirect("byod:site_clients", site.pk)
    word = row.name if row else _("Nouveau client")
    context = {**site_context(request, site, "site_clients", word), "form": form, "row": row}
    return render(request, "byod/network/client.html", context)


@require_POST
@login_required
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/clients-radius/<id>/retirer/`."""
    row = _seen(request, pk)
    retire_client(user_of(request), row.pk, timezone.now())
    messages.success(request, _("Client retiré : ses demandes sont refusées."))
    return redirect("byod:site_clients", row.site_id)


@require_http_methods(["GET", "POST"])
@login_required
def segments(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/segments/`: « élèves » is VLAN 120 here."""
    site = site_seen(request, pk)
    if request.method == "POST":
        require(can_keep_clients(user_of(request), site))
    form = SegmentsForm(site, request.POST or None)
    if request.method == "POST" and form.is_valid():
        map_segments(user_of(request), site, form.values())
        messages.success(request, _("Segments enregistrés."))
        return redirect("byod:site_segments", site.pk)
    known = {
        row.segment: row.vlan
        for row in SiteSegment.objects.filter(site=site).select_related("vlan")
    }
    context = {
        **site_context(request, site, "site_segments", _("Segments")),
        "form": form,
        "fields": [form[segment.value] for segment in Segment],
        "rows": [(segment.label, known.get(segment.value)) for segment in Segment],
    }
    return render(request, "byod/network/segments.html", context)


urlpatterns: list[URLPattern] = [
    path("implantations/<int:pk>/clients-radius/", clients, name="site_clients"),
    path("implantations/<int:pk>/clients-radius/ajouter/", add, name="client_add"),
    path("clients-radius/<int:pk>/", client, name="radius_nas"),
    path("clients-radius/<int:pk>/retirer/", retire, name="client_retire"),
    path("implantations/<int:pk>/segments/", segments, name="site_segments"),
]

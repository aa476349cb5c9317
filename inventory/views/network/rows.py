"""One door for the rows of a site's network; their sort stands in the address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from inventory.access import require
from inventory.access.network import can_keep_network
from inventory.actions.keep_network import (
    ChangedMeanwhile,
    NetworkRefused,
    add_row,
    change_row,
    remove_row,
)
from inventory.forms import network as forms
from inventory.forms.links import LinkForm
from inventory.forms.network import RowForm
from inventory.models import (
    IpAddress,
    Link,
    Port,
    Prefix,
    Rack,
    RackPlace,
    Radio,
    RoomCoverage,
    Ssid,
    Vlan,
)
from inventory.network_tabs import network_context, site_of
from schools.models import Site
from schools.views.doors import user_of

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Sort:
    """What one address segment stands for. ``site``: the way from the row to its site."""

    model: type[models.Model]
    form: type[RowForm]
    tab: str
    new: Text
    gone: Text
    """The consequence that the confirmation of a removal names."""
    site: str = "site"
    adds: bool = True


SORTS: dict[str, Sort] = {
    "vlan": Sort(
        Vlan,
        forms.VlanForm,
        "site_vlans",
        gettext_lazy("Nouveau VLAN"),
        gettext_lazy("Le VLAN disparaît du registre. Les équipements ne changent pas."),
    ),
    "wifi": Sort(
        Ssid,
        forms.SsidForm,
        "site_wifi",
        gettext_lazy("Nouveau réseau WiFi"),
        gettext_lazy("Le réseau WiFi et son mot de passe disparaissent du registre."),
    ),
    "radio": Sort(
        Radio,
        forms.RadioForm,
        "site_wifi",
        gettext_lazy("Nouvelle radio"),
        gettext_lazy("Le réglage de cette radio disparaît du registre."),
        "access_point__site",
    ),
    "prefixe": Sort(
        Prefix,
        forms.PrefixForm,
        "site_addresses",
        gettext_lazy("Nouveau préfixe"),
        gettext_lazy("Le préfixe disparaît\u00a0: la découverte n’y cherche plus."),
    ),
    "adresse": Sort(
        IpAddress,
        forms.AddressForm,
        "site_addresses",
        gettext_lazy("Nouvelle adresse"),
        gettext_lazy("L’adresse redevient libre."),
    ),
    "baie": Sort(
        Rack,
        forms.RackForm,
        "site_racks",
        gettext_lazy("Nouvelle baie"),
        gettext_lazy("La baie disparaît\u00a0; ce qui s’y trouve reste dans l’inventaire."),
    ),
    "place": Sort(
        RackPlace,
        forms.RackPlaceForm,
        "site_racks",
        gettext_lazy("Placer un équipement"),
        gettext_lazy("L’équipement n’est plus dans la baie\u00a0; il reste dans l’inventaire."),
        "rack__site",
    ),
    "couverture": Sort(
        RoomCoverage,
        forms.CoverageForm,
        "site_coverage",
        gettext_lazy("Déclarer une couverture"),
        gettext_lazy("Ce local ne compte plus comme couvert par cette borne."),
        "room__site",
    ),
    "port": Sort(
        Port,
        forms.PortForm,
        "site_cables",
        gettext_lazy("Nouveau port"),
        gettext_lazy("Le port et son câble disparaissent du registre."),
        "device__site",
        adds=False,
    ),
    "cable": Sort(
        Link,
        LinkForm,
        "site_cables",
        gettext_lazy("Nouveau câble"),
        gettext_lazy("Le câble disparaît du registre."),
        "port_a__device__site",
        adds=False,
    ),
}
PREFILLED = ("device", "room", "access_point", "rack", "address", "bottom", "vlan")
"""What the address of a link may say already."""


def _sort(name: str, *, adds: bool = False) -> Sort:
    found = SORTS.get(name)
    if found is None or (adds and not found.adds):
        raise Http404
    return found


@require_http_methods(["GET", "POST"])
@login_required
def add(request: HttpRequest, pk: int, sort: str) -> HttpResponse:
    """GET and POST `/implantations/<id>/reseau/<sort>/nouveau/`."""
    site, kind = site_of(request, pk), _sort(sort, adds=True)
    require(can_keep_network(user_of(request), site))
    initial = {key: request.GET[key] for key in PREFILLED if key in request.GET}
    form = kind.form(site, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            row = add_row(user_of(request), site, form.instance, _declared(request, form))
        except NetworkRefused as error:
            form.refuse(error.field, str(error))
        else:
            messages.success(request, _("Enregistré\u00a0: %(what)s.") % {"what": row})
            return redirect(f"inventory:{kind.tab}", pk)
    return _page(request, site, kind, form, str(kind.new))


def _declared(request: HttpRequest, form: RowForm) -> dict[str, Any]:
    """Who declares a coverage, and who proves it, is whoever writes it."""
    values = form.values()
    if isinstance(form.instance, RoomCoverage):
        user = user_of(request)
        if form.instance._state.adding:
            values["declared_by"] = user
        if "proof" in form.changed_data or "proved_on" in form.changed_data:
            values["proved_by"] = user if values["proved_on"] else None
    return values


@require_http_methods(["GET", "POST"])
@login_required
def change(request: HttpRequest, pk: int, sort: str, row: int) -> HttpResponse:
    """GET and POST `/implantations/<id>/reseau/<sort>/<row>/`."""
    site, kind = site_of(request, pk), _sort(sort)
    found = _row(site, kind, row)
    require(can_keep_network(user_of(request), site))
    title = str(found)
    form = kind.form(site, request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        seen = form.cleaned_data["vu"] or 0
        try:
            change_row(user_of(request), site, found, _declared(request, form), seen=seen)
        except ChangedMeanwhile as faster:
            form.meet(faster.row)
            return _page(request, site, kind, form, title, status=409)
        except NetworkRefused as error:
            form.refuse(error.field, str(error))
        else:
            messages.success(request, _("C’est enregistré."))
            return redirect(_back(kind, site, found))
    return _page(request, site, kind, form, title)


def _row(site: Site, kind: Sort, row: int) -> Any:
    """The row, if it is the site's; 404 otherwise."""
    return get_object_or_404(kind.model._default_manager.filter(**{kind.site: site}), pk=row)


def _back(kind: Sort, site: Site, row: models.Model) -> str:
    """Ports are changed from the page of their device."""
    if isinstance(row, Port):
        return f"{reverse('inventory:device', args=[row.device_id])}#ports"
    return reverse(f"inventory:{kind.tab}", args=[site.pk])


def _page(
    request: HttpRequest, site: Site, kind: Sort, form: RowForm, title: str, *, status: int = 200
) -> HttpResponse:
    row = form.instance
    known = row.pk is not None
    tab = reverse(f"inventory:{kind.tab}", args=[site.pk])
    context = {
        **network_context(request, site, kind.tab, title),
        "title": title,
        "form": form,
        "back": _back(kind, site, row) if known else tab,
        "remove_url": reverse("inventory:network_remove", args=[site.pk, _key(kind), row.pk])
        if known
        else "",
        "gone": kind.gone,
    }
    return render(request, "inventory/network/row.html", context, status=status)


def _key(kind: Sort) -> str:
    return next(key for key, one in SORTS.items() if one is kind)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int, sort: str, row: int) -> HttpResponse:
    """POST `…/reseau/<sort>/<row>/retirer/`; the page has named the consequence."""
    site, kind = site_of(request, pk), _sort(sort)
    found = _row(site, kind, row)
    back, title = _back(kind, site, found), str(found)
    try:
        remove_row(user_of(request), site, found)
    except NetworkRefused as error:
        messages.error(request, str(error))
        return redirect("inventory:network_change", pk, sort, row)
    messages.success(request, _("Retiré\u00a0: %(what)s.") % {"what": title})
    return redirect(back)


_BASE = "implantations/<int:pk>/reseau/<slug:sort>/"
urlpatterns: list[URLPattern] = [
    path(f"{_BASE}nouveau/", add, name="network_add"),
    path(f"{_BASE}<int:row>/", change, name="network_change"),
    path(f"{_BASE}<int:row>/retirer/", remove, name="network_remove"),
]

"""Devices without a known way up, over all the sites that a person sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.models import Category, Device
from inventory.uplinks import CARRIED, WHY, Lost, in_batches, lost_devices
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.models import Province, Site
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

PAGE = 50
SITES_AT_MOST = 1000
"""Sites that one page looks at before it shows what it has."""


def _same(rows: Any, _value: str) -> Any:
    return rows


FILTERS = (
    Filter("type", gettext_lazy("Type"), lambda: [(c.value, c.label) for c in CARRIED], _same),
    Filter("motif", gettext_lazy("Pourquoi"), lambda: list(WHY.items()), _same),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("province")),
)


def _sites(request: HttpRequest) -> list[int]:
    """Sites that the person sees and that have something to carry."""
    carried = Device.objects.installed().filter(site=OuterRef("pk"), product__category__in=CARRIED)
    rows = narrowed(Site.objects.visible_to(user_of(request)), FILTERS[2:], request.GET)
    return list(rows.filter(Exists(carried)).order_by("pk").values_list("pk", flat=True))


def _asked(request: HttpRequest, sites: list[int]) -> Iterator[tuple[list[int], list[Lost]]]:
    """Each batch of sites with its lost devices."""
    category, why = request.GET.get("type", ""), request.GET.get("motif", "")
    category = category if category in Category.values else ""
    text = request.GET.get("q", "")[:60].strip()
    for batch in in_batches(sites):
        yield batch, lost_devices(batch, category, why if why in WHY else "", text)


@require_GET
@login_required
def no_uplink(request: HttpRequest) -> HttpResponse:
    """GET `/equipements/sans-lien-montant/`: site by site; a page stops between two sites."""
    after = request.GET.get("apres", "")
    start = int(after) if after.isdecimal() and len(after) < 19 else 0
    left = [pk for pk in _sites(request) if pk > start]
    rows: list[Lost] = []
    checked, last = 0, 0
    for batch, found in _asked(request, left[:SITES_AT_MOST]):
        rows += found
        checked, last = checked + len(batch), batch[-1]
        if len(rows) >= PAGE:
            break
    context = {
        "menu": "devices",
        "crumbs": [
            (_("Équipements"), reverse("inventory:devices")),
            (_("Sans lien montant"), None),
        ],
        "rows": rows,
        "checked": checked,
        "after": last if left and last != left[-1] else "",
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
        "query": request.GET.get("q", ""),
    }
    return render(request, "inventory/no_uplink.html", context)


@require_GET
@login_required
def no_uplink_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equipements/sans-lien-montant/export.csv`: the same filters, every site."""
    heads = [
        *(_("Nom"), _("Type"), _("Modèle"), _("Établissement"), _("Implantation"), _("Local")),
        _("Pourquoi"),
    ]
    rows = (
        [
            *(one.device.name, one.device.product.get_category_display(), one.device.product),
            *(one.device.site.school.name, one.device.site.name),
            *(one.device.room.name if one.device.room else "", one.reason),
        ]
        for _batch, found in _asked(request, _sites(request))
        for one in found
    )
    return sheet_response(request, "sans-lien-montant", heads, rows, ending=ending)


urlpatterns: list[URLPattern] = [
    path("equipements/sans-lien-montant/", no_uplink, name="no_uplink"),
    *sheet_paths("equipements/sans-lien-montant/export", no_uplink_export, "no_uplink_export"),
]

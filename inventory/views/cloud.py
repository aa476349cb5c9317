"""Servers that could leave the school for the cloud (M41): which, how far, and why."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from inventory.device_words import ICONS
from inventory.listing import CLOUD
from inventory.models import Category, CloudMove, Device, DeviceState
from inventory.models.devices import DeviceQuerySet
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, User
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_paths, sheet_response
from schools.views.doors import user_of

ASKED = (Category.SERVER.value, Category.NAS.value)
ORDER = (Column("site__school__name"), Column("site__name"), Column("name"), KEY)
FILTERS = (
    Filter(
        "cloud",
        gettext_lazy("Avis"),
        lambda: [*CLOUD, ("rien", gettext_lazy("non examiné"))],
        lambda rows, value: rows.filter(cloud_move="" if value == "rien" else value),
    ),
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, by("site__province")),
)


def _asked(user: User, request: HttpRequest) -> DeviceQuerySet:
    rows = Device.objects.visible_to(user).exclude(state=DeviceState.RETIRED)
    rows = rows.filter(product__category__in=ASKED) | rows.exclude(cloud_move=CloudMove.NO)
    rows = rows.select_related("product", "room", "site__school")
    return narrowed(rows, FILTERS, request.GET)


@require_GET
@login_required
def cloud(request: HttpRequest) -> HttpResponse:
    """GET `/equipements/cloud/`."""
    asked = _asked(user_of(request), request)
    rows, after = page_of(asked, ORDER, str(request.GET.get("apres", "")))
    context = {
        "menu": "devices",
        "crumbs": [(_("Équipements"), reverse("inventory:devices")), (_("Cloud"), None)],
        "rows": [(device, ICONS[device.product.category]) for device in rows],
        "total": asked.count(),
        "after": after,
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET),
    }
    return render(request, "inventory/cloud.html", context)


@require_GET
@login_required
def cloud_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equipements/cloud/export.csv`."""
    rows = in_order(_asked(user_of(request), request), ORDER)[:EXPORT_AT_MOST]
    heads = [_("Établissement"), _("Implantation"), _("Nom"), _("Modèle"), _("Avis"),
             _("Pourquoi"), _("Installé le"), _("Garantie jusqu’au")]  # fmt: skip
    cells = (
        [one.site.school.name, one.site.name, one.name, str(one.product),
         one.get_cloud_move_display(), one.cloud_why, one.installed_on, one.warranty_until]
        for one in rows.iterator(chunk_size=CHUNK)
    )  # fmt: skip
    return sheet_response(request, "cloud", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("equipements/cloud/", cloud, name="cloud"),
    *sheet_paths("equipements/cloud/export", cloud_export, "cloud_export"),
]

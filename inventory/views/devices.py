"""Devices: the list, and the page of one with the panels of other apps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access import can_change, can_keep
from inventory.access.devices import KEEPERS
from inventory.access.imports import can_import_devices
from inventory.access.network import can_keep_network
from inventory.actions.move_device import can_undo
from inventory.device_sheet import RELATED, own_keys, sheet_heads, sheet_rows
from inventory.device_shown import own_lines
from inventory.device_words import ICONS, LOOKS, next_steps, told_moves
from inventory.listing import (
    ALL_FILTERS,
    FILTERS,
    MORE_FILTERS,
    SORTS,
    devices_asked,
    site_chosen,
    sorted_by,
)
from inventory.listing_custom import PREFIX, custom_filters, kept_pairs
from inventory.listing_pages import device_page
from inventory.models import (
    NETWORK,
    Device,
    DeviceFile,
    DeviceMove,
    DeviceState,
    Product,
    RackPlace,
)
from inventory.models.devices import DeviceQuerySet
from inventory.observed import device_states
from inventory.ports_shown import ports_of
from schools.filters import filtered, shown
from schools.keyset import in_order
from schools.listing_schools import order_of
from schools.models import User
from schools.panels import PanelSetting, panels_of
from schools.rules import Allowed, Refused
from schools.sheets import CHUNK, sheet_paths, sheet_response
from schools.views.doors import user_of

EXPORTED = 200_000
MOVES = 30
"""Steps on the page; a laptop of ten years has fewer."""


@require_GET
@login_required
def devices(request: HttpRequest) -> HttpResponse:
    """GET `/equipements/`."""
    user, sort = user_of(request), order_of(request.GET, SORTS)
    asked = devices_asked(user, request.GET)
    searched = bool(str(request.GET.get("q", "")).strip())
    rows, after = device_page(asked, sort, str(request.GET.get("apres", "")), searched=searched)
    states = device_states().states([device.pk for device in rows])
    counts = _counts(asked)
    site = site_chosen(user, request.GET)
    own = custom_filters(request)
    context = {
        "menu": "devices",
        "crumbs": [(_("Équipements"), None)],
        "rows": [(device, *states.get(device.pk, ("", ""))) for device in rows],
        "looks": LOOKS,
        "total": sum(n for _key, _word, n in counts),
        "counts": counts,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": shown(FILTERS, request),
        "more": (more := shown(MORE_FILTERS, request)),
        "more_on": sum(bool(one["chosen"]) for one in more) + sum(one.is_on for one in own),
        "own": own,
        "kept": kept_pairs(request.GET, but="q"),
        "kept_for_own": kept_pairs(request.GET, but=PREFIX),
        "chosen_site": site,
        "chosen_product": _product_chosen(request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(ALL_FILTERS, request.GET, "site", "produit")
        or any(key.startswith(PREFIX) for key in request.GET),
        "uplink_url": reverse("inventory:no_uplink"),
        "today": timezone.localdate(),
        "may_add": user.is_technician or (site is not None and bool(can_keep(user, site))),
        "keeps": isinstance(can_import_devices(user), Allowed),
    }
    return render(request, "inventory/devices.html", context)


def _counts(asked: DeviceQuerySet) -> list[tuple[str, str, int]]:
    """How many of each situation, in the order of a life."""
    found = dict(
        asked.order_by().values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    return [(key, str(word), found[key]) for key, word in DeviceState.choices if key in found]


def _product_chosen(request: HttpRequest) -> Product | None:
    key = str(request.GET.get("produit", ""))
    return (
        Product.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    )


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/equipements/export.csv`: the same filters and order, to be edited and sent back."""
    user, sort = user_of(request), order_of(request.GET, SORTS)
    asked = devices_asked(user, request.GET).select_related(*RELATED)
    own = own_keys(user)
    rows = in_order(sorted_by(asked, sort), SORTS[sort][1])[:EXPORTED]
    cells = sheet_rows(rows.iterator(chunk_size=CHUNK), own)
    return sheet_response(
        request, "equipements", sheet_heads(own), cells, ending=ending, people=True
    )


@dataclass(frozen=True)
class Undo:
    """What the toast offers to take back."""

    text: str
    url: str


@require_GET
@login_required
def device(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/equipements/<id>/`: identity, life, ports; panels of other apps."""
    user = user_of(request)
    seen = Device.objects.visible_to(user)
    here = get_object_or_404(
        seen.select_related("product", "room", "holder", "site__school__authority"), pk=pk
    )
    state, words = device_states().states([here.pk]).get(here.pk, ("", ""))
    watched = bool(state) or here.product.category in NETWORK
    main, aside = panels_of(_panels(watched), here.pk)
    answer = can_change(user, here)
    moves = list(_moves_of(user, here))
    files = list(DeviceFile.objects.visible_to(user).filter(device=here).current())
    context: dict[str, Any] = {
        "menu": menu_of(user),
        "device": here,
        "icon": ICONS.get(here.product.category, "box"),
        "look": LOOKS[here.state],
        "live": f"sse:site-{here.site_id}",
        "state": state,
        "state_words": words,
        "crumbs": crumbs_of(here),
        "may_change": bool(answer),
        "why_not": answer.why if isinstance(answer, Refused) else "",
        "steps": next_steps(here),
        "moves": told_moves(moves),
        "undo": _undo_of(request, user, here, moves),
        "undo_file": _undo_file(request, here),
        "network": here.product.category in NETWORK,
        "watched": watched,
        "own": own_lines(here),
        "photos": [one for one in files if one.small],
        "papers": [one for one in files if not one.small],
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


def menu_of(user: User) -> str:
    """Under which entry devices stand: a school calls them its “Matériel”."""
    return "equipment" if user.role_kinds and user.role_kinds <= KEEPERS else "devices"


def _panels(watched: bool) -> list[PanelSetting]:
    """Of what nobody watches, whoever tells the states of devices has nothing to show."""
    watcher = str(getattr(settings, "DEVICE_STATES", "")).partition(".")[0]
    rows: list[PanelSetting] = settings.DEVICE_PANELS
    return [row for row in rows if watched or row[0].partition(":")[0] != watcher]


def _moves_of(user: User, here: Device) -> Iterable[DeviceMove]:
    """The custody, as far as it happened at sites that the person sees."""
    rows = DeviceMove.objects.visible_to(user).filter(device=here)
    return rows.select_related("site__school", "holder", "actor")[:MOVES]


def _undo_of(
    request: HttpRequest, user: User, here: Device, moves: list[DeviceMove]
) -> Undo | None:
    """Just moved from here: the toast offers to take it back."""
    told = request.GET.get("fait", "")
    if not told.isdecimal() or not moves or not can_undo(user, moves[:2], int(told)):
        return None
    text = _("%(name)s : %(state)s.") % {"name": here.name, "state": here.get_state_display()}
    return Undo(text, reverse("inventory:device_undo_move", args=[here.pk, int(told)]))


def _undo_file(request: HttpRequest, here: Device) -> Undo | None:
    told = str(request.GET.get("retire", ""))
    if not told.isdecimal() or len(told) > 18:
        return None
    row = DeviceFile.objects.filter(device=here, pk=int(told), removed_at__isnull=False).first()
    if row is None:
        return None
    url = reverse("inventory:device_detach", args=[row.pk])
    return Undo(_("%(name)s est retiré.") % {"name": row.name}, f"{url}?remettre=1")


def crumbs_of(here: Device) -> list[tuple[str, str | None]]:
    """Region › province › site › device."""
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

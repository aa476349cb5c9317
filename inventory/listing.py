"""The list of devices as a question: which ones, from where on. Ordered by name, then key."""

from __future__ import annotations

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.models import Category, Device, DeviceState
from inventory.models.devices import DeviceQuerySet
from inventory.observed import device_states
from schools.filters import Filter, by, narrowed
from schools.models import Province, Site, User

PAGE = 50


FILTERS = (
    Filter("type", _("Type"), lambda: Category.choices, by("product__category")),
    Filter(
        "etat",
        _("État"),
        lambda: device_states().choices(),
        lambda rows, state: device_states().only(rows, state),
        states=True,
    ),
    Filter("situation", _("Situation"), lambda: DeviceState.choices, by("state")),
    Filter("province", _("Province"), lambda: Province.choices, by("site__province")),
)


def devices_asked(user: User, query: QueryDict) -> DeviceQuerySet:
    """The devices that the address bar asks for; an unknown value filters nothing."""
    devices = (
        Device.objects.visible_to(user)
        .select_related("product", "room", "site__school")
        .filter(search_q(query.get("q", "")))
    )
    if query.get("situation") not in (*DeviceState.values, "tout"):
        devices = devices.exclude(state=DeviceState.RETIRED)
    if (site := str(query.get("site", ""))).isdigit():
        devices = devices.filter(site=int(site))
    return narrowed(devices, FILTERS, query)


def search_q(text: str) -> Q:
    """Every word in the name, a number, the product, the room or the school."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(name__icontains=word)
            | Q(serial__iexact=word)
            | Q(asset_number__iexact=word)
            | Q(mac__istartswith=word)
            | Q(product__maker__icontains=word)
            | Q(product__model__icontains=word)
            | Q(room__name__iexact=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    return found


def page_of(devices: DeviceQuerySet, after: str) -> tuple[list[Device], str]:
    """One page after the device of that key, and the key that the next page starts after."""
    devices = devices.order_by("name", "pk")
    last = Device.objects.filter(pk=int(after)).first() if after.isdigit() else None
    if last is not None:
        devices = devices.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    rows = list(devices[: PAGE + 1])
    return rows[:PAGE], str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""


def site_chosen(user: User, query: QueryDict) -> Site | None:
    """The site that the list is narrowed to, if the person sees it."""
    key = query.get("site", "")
    if not key.isdigit():
        return None
    return Site.objects.visible_to(user).select_related("school").filter(pk=int(key)).first()

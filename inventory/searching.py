"""What the inventory answers to the box: devices."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import Device
from schools.finding import EACH, Group, Hit
from schools.models import User
from schools.words import Asked


def device_q(asked: Asked) -> Q:
    """Devices by name, serial, label, MAC address or product; beside one of these, by school."""
    words = asked.text.split()[:6]
    found = Q()
    for word in words:
        one = (
            Q(name__icontains=word)
            | Q(serial__iexact=word)
            | Q(asset_number__iexact=word)
            | Q(mac__istartswith=word)
            | Q(product__model__icontains=word)
        )
        if len(words) > 1 and len(asked.words) == len(words):
            folded = asked.words[words.index(word)]
            for spelling in folded:
                one |= Q(site__school__words__contains=spelling)
        found &= one
    return found


def devices(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """Devices of the sites that the person sees; a misspelt name of a device helps nobody."""
    if alike or not asked.text:
        return
    rows = Device.objects.visible_to(user).filter(device_q(asked))
    rows = rows.select_related("product", "site__school", "room").order_by("name", "pk")
    found = list(rows[: EACH + 1])
    hits = [
        Hit(
            device.pk,
            reverse("inventory:device", args=[device.pk]),
            device.name,
            " · ".join(filter(None, (str(device.product), str(device.site), device.serial))),
            exact=asked.text.lower()
            in ((device.serial or "").lower(), (device.asset_number or "").lower()),
        )
        for device in found[:EACH]
    ]
    more = f"{reverse('inventory:devices')}?q={quote(asked.text)}" if len(found) > EACH else ""
    yield Group("devices", _("Équipements"), "router", hits, more)

"""What the inventory answers to the box: devices."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.device_search import AT_MOST, named_q, sites_q
from inventory.models import Device
from schools.finding import EACH, Group, Hit
from schools.models import User
from schools.words import Asked


def device_q(user: User, asked: Asked) -> Q:
    """Devices by name, serial, label, MAC address or product; beside one of these, by school."""
    words = asked.text.split()[:AT_MOST]
    found = Q()
    for word in words:
        one = named_q(word)
        if len(words) > 1 and len(asked.words) == len(words):
            one |= sites_q(user, asked.words[words.index(word)])
        found &= one
    return found


def devices(user: User, asked: Asked, alike: bool) -> Iterator[Group]:
    """Devices of the sites that the person sees; a misspelt name of a device helps nobody."""
    if alike or not asked.text:
        return
    rows = Device.objects.visible_to(user).filter(device_q(user, asked))
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

"""A school's equipment by room, as its people look for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.models import Ticket
from inventory.device_words import ICONS
from inventory.models import Category, Device
from schools.floors import level
from schools.models import Room, Site, User
from supervision.shown import device_states


@dataclass(frozen=True)
class Item:
    """A device as a school sees it. ``state`` empty: nobody watches it. ``ticket``: open one."""

    device: Device
    icon: str
    state: str
    ticket: int | None = None

    @property
    def is_wrong(self) -> bool:
        """Down, degraded, or the subject of an open ticket."""
        return self.state in ("down", "degraded") or self.ticket is not None


@dataclass
class Place:
    """A room and what stands in it."""

    name: str
    items: list[Item] = field(default_factory=list)


@dataclass
class Floor:
    """A floor of a building, with its rooms; ``wrong``: how many of its devices are not well."""

    name: str
    order: tuple[bool, str, int] = (False, "", 0)
    """Without room last, then building, then upwards."""
    places: list[Place] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(len(place.items) for place in self.places)

    @property
    def wrong(self) -> int:
        return sum(item.is_wrong for place in self.places for item in place.items)


def find_devices(site: Site, user: User, query: str = "") -> QuerySet[Device]:
    """Devices of a site by name, label, serial, model, kind or room."""
    found = (
        Device.objects.visible_to(user)
        .filter(site=site, state__in=["installed", "in_repair", "in_stock"])
        .select_related("product", "room")
    )
    if query:
        kinds = [c.value for c in Category if query.lower() in str(c.label).lower()]
        found = found.filter(
            Q(name__icontains=query)
            | Q(asset_number__icontains=query)
            | Q(serial__icontains=query)
            | Q(product__model__icontains=query)
            | Q(product__maker__icontains=query)
            | Q(product__category__in=kinds)
            | Q(room__name__icontains=query)
        )
    return found


def equipment_by_floor(site: Site, user: User, query: str = "") -> list[Floor]:
    """Rooms in the order of the building, then what has no room. A constant number of queries."""
    devices = list(
        find_devices(site, user, query).order_by(
            "room__building", "room__floor", "room__name", "name"
        )
    )
    states = device_states(device.pk for device in devices)
    tickets = dict(
        Ticket.objects.visible_to(user)
        .open()
        .filter(device__in=[device.pk for device in devices])
        .order_by("-pk")
        .values_list("device", "pk")
    )
    floors: dict[str, Floor] = {}
    places: dict[int | None, Place] = {}
    for device in devices:
        shown = states.get(device.pk)
        if device.room_id not in places:
            place = places[device.room_id] = Place(device.room.name if device.room else "")
            name = floor_name(device.room)
            floors.setdefault(name, Floor(name, _order(device.room))).places.append(place)
        place = places[device.room_id]
        place.items.append(
            Item(
                device,
                ICONS.get(device.product.category, "box"),
                _to_people(shown.state) if shown else "",
                tickets.get(device.pk),
            )
        )
    return sorted(floors.values(), key=lambda floor: floor.order)


def _to_people(state: str) -> str:
    """To who uses the thing, a consequence is a fault like another."""
    return "down" if state == "effect" else state


def _order(room: Room | None) -> tuple[bool, str, int]:
    return (True, "", 0) if room is None else (False, room.building, level(room.floor))


def floor_name(room: Room | None) -> str:
    """``Bloc A, rez``; what has no room comes under a name of its own."""
    if room is None:
        return _("Sans local")
    return ", ".join(part for part in (room.building, room.floor) if part) or _("Locaux")

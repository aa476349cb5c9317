"""A site floor by floor: what stands in each room, its sockets, and the WiFi that reaches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Count, Q

from inventory.models import Category, Device, Port, RoomCoverage, Side
from schools.floors import level, natural
from schools.models import Room, RoomKind, Site

State = tuple[str, str]
"""Key of a state, and a few words."""


@dataclass
class RoomRow:
    """A room; None gathers what stands nowhere known."""

    room: Room | None
    devices: list[tuple[Device, str]] = field(default_factory=list)
    sockets: int = 0
    """Positions of wall sockets, and how many of them are wired through."""
    wired: int = 0
    points: list[tuple[Device, str]] = field(default_factory=list)

    @property
    def to_cover(self) -> bool:
        """WiFi must reach it (M39)."""
        return self.room is not None and self.room.kind in RoomKind.to_cover()

    @property
    def place(self) -> tuple[str, str]:
        return (self.room.building, self.room.floor) if self.room else ("", "")


@dataclass
class FloorShown:
    building: str
    name: str
    rows: list[RoomRow] = field(default_factory=list)


def floors_shown(site: Site, states: Mapping[int, State]) -> list[FloorShown]:
    """Floors as the building stands, the highest first. Four queries for any number of rooms."""
    rows: dict[int | None, RoomRow] = {
        room.pk: RoomRow(room) for room in Room.objects.filter(site=site).open()
    }
    for device in (
        Device.objects.installed()
        .filter(site=site)
        .exclude(product__category=Category.SOCKET)
        .select_related("product")
        .order_by("name")
    ):
        home = device.room_id if device.room_id in rows else None
        row = rows.setdefault(home, RoomRow(None))
        row.devices.append((device, states.get(device.pk, ("", ""))[0]))
    for room, sockets, wired in _sockets(site):
        if room in rows:
            rows[room].sockets, rows[room].wired = sockets, wired
    for one in (
        RoomCoverage.objects.covered().filter(room__site=site).select_related("access_point")
    ):
        point = one.access_point
        rows[one.room_id].points.append((point, states.get(point.pk, ("", ""))[0]))
    floors: dict[tuple[str, str], FloorShown] = {}
    for row in sorted(rows.values(), key=_order):
        floors.setdefault(row.place, FloorShown(*row.place)).rows.append(row)
    return list(floors.values())


def _sockets(site: Site) -> list[tuple[int, int, int]]:
    """Room, positions of its wall sockets, those that a cable reaches from behind."""
    rows = Port.objects.filter(
        device__site=site, device__product__category=Category.SOCKET, side=Side.REAR
    )
    linked = Q(link_a__isnull=False) | Q(link_b__isnull=False)
    counted = rows.order_by().values_list("device__room")
    return list(counted.annotate(n=Count("pk"), wired=Count("pk", filter=linked)))


def _order(row: RoomRow) -> tuple[object, ...]:
    if row.room is None:
        return (1,)
    room = row.room
    return (0, natural(room.building), -level(room.floor), room.floor, natural(room.name))

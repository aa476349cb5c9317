"""The rooms of a site as its plan shows them: by building and floor, what WiFi must reach (M39)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from schools.floors import level, natural
from schools.models import Room, RoomKind, Site
from schools.words import fold

ICONS = {
    RoomKind.CLASSROOM: "school",
    RoomKind.TEACHING: "flask",
    RoomKind.STAFF: "coffee",
    RoomKind.TECHNICAL: "server",
    RoomKind.OTHER: "door",
}


@dataclass(slots=True)
class RoomLine:
    """One floor of one building: rooms with their icon, whether to be covered, and the state."""

    building: str
    floor: str
    rooms: list[tuple[Room, str, bool]] = field(default_factory=list)


@dataclass(slots=True)
class RoomsShown:
    """``lines`` hold the rooms that were searched for; the figures those of the whole site."""

    lines: list[RoomLine]
    closed: list[Room]
    kinds: list[tuple[str, str, int]]
    total: int
    to_cover: int
    found: int


def rooms_shown(site: Site, text: str = "") -> RoomsShown:
    """The plan in one query."""
    rooms = list(Room.objects.filter(site=site))
    used = [room for room in rooms if room.closed_on is None]
    kept = [room for room in used if _fits(room, text)]
    lines: dict[tuple[str, str], RoomLine] = {}
    for room in sorted(kept, key=_place):
        key = (room.building, room.floor)
        line = lines.setdefault(key, RoomLine(*key))
        line.rooms.append((room, ICONS[RoomKind(room.kind)], room.kind in RoomKind.to_cover()))
    counts = Counter(room.kind for room in used)
    return RoomsShown(
        lines=list(lines.values()),
        closed=sorted((r for r in rooms if r.closed_on and _fits(r, text)), key=_place),
        kinds=[
            (ICONS[kind], str(kind.label), counts[kind.value])
            for kind in RoomKind
            if counts[kind.value]
        ],
        total=len(used),
        to_cover=sum(counts[kind.value] for kind in RoomKind.to_cover()),
        found=len(kept),
    )


def _fits(room: Room, text: str) -> bool:
    told = fold(f"{room.name} {room.building} {room.floor} {room.get_kind_display()}")
    return fold(text) in told


def _place(room: Room) -> tuple[Any, ...]:
    """Highest floor first, as the building stands; rooms in natural order."""
    return (natural(room.building), -level(room.floor), room.floor, natural(room.name))

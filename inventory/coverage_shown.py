"""Rooms of a site and the WiFi that reaches them: those to cover and not covered first (M39)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from inventory.models import Proof, RoomCoverage
from schools.floors import natural
from schools.models import Room, RoomKind, Site

State = tuple[str, str]
GOOD_DBM = -67
"""From here on speech and video work; weaker is a room to look at."""


@dataclass(slots=True)
class Served:
    """One coverage and the state of its access point now."""

    row: RoomCoverage
    state: str

    @property
    def is_weak(self) -> bool:
        return self.row.signal_dbm is not None and self.row.signal_dbm < GOOD_DBM


@dataclass
class RoomCovered:
    room: Room
    by: list[Served] = field(default_factory=list)

    @property
    def to_cover(self) -> bool:
        return self.room.kind in RoomKind.to_cover()

    @property
    def is_missing(self) -> bool:
        """WiFi must reach it, and nobody says that it does."""
        return self.to_cover and not self.by

    @property
    def is_proved(self) -> bool:
        return any(one.row.proof != Proof.DECLARED for one in self.by)


@dataclass
class CoverageShown:
    rooms: list[RoomCovered]
    to_cover: int
    covered: int
    proved: int

    @property
    def missing(self) -> int:
        return self.to_cover - self.covered


def access_points_of(site: Site) -> list[int]:
    """Whose states the page needs."""
    rows = RoomCoverage.objects.covered().filter(room__site=site)
    return list(rows.values_list("access_point", flat=True).distinct())


def coverage_shown(site: Site, states: Mapping[int, State], only: str = "") -> CoverageShown:
    """Two queries. ``only``: ``sans`` (without), ``declare`` (not proved); figures stay whole."""
    served: dict[int, list[Served]] = defaultdict(list)
    rows = RoomCoverage.objects.covered().filter(room__site=site)
    for row in rows.select_related("access_point", "room", "declared_by", "proved_by").order_by(
        "pk"
    ):
        state = states.get(row.access_point_id, ("", ""))[0]
        served[row.room_id].append(Served(row, state))
    every = [RoomCovered(room, served[room.pk]) for room in Room.objects.filter(site=site).open()]
    wanted = [one for one in every if one.to_cover]
    return CoverageShown(
        rooms=sorted(_narrowed(every, only), key=_order),
        to_cover=len(wanted),
        covered=sum(bool(one.by) for one in wanted),
        proved=sum(one.is_proved for one in wanted),
    )


def _narrowed(rooms: Iterable[RoomCovered], only: str) -> list[RoomCovered]:
    if only == "sans":
        return [one for one in rooms if one.is_missing]
    if only == "declare":
        return [one for one in rooms if one.by and not one.is_proved]
    return [one for one in rooms if one.to_cover or one.by]


def _order(one: RoomCovered) -> tuple[object, ...]:
    room = one.room
    return (not one.is_missing, natural(room.building), natural(room.name))

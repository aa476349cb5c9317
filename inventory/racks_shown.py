"""Racks as they are drawn: unit by unit, the highest on top."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from inventory.models import Rack, RackPlace
from schools.models import Site

State = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Slot:
    """A line of the drawing: a device over ``height`` units, or one free unit."""

    unit: int
    """The lowest one it takes."""
    height: int = 1
    place: RackPlace | None = None
    state: str = ""

    @property
    def units(self) -> str:
        top = self.unit + self.height - 1
        return f"{self.unit}" if self.height == 1 else f"{self.unit}-{top}"


@dataclass
class RackShown:
    rack: Rack
    slots: list[Slot] = field(default_factory=list)

    @property
    def used(self) -> int:
        return sum(slot.height for slot in self.slots if slot.place)

    @property
    def devices(self) -> int:
        return sum(1 for slot in self.slots if slot.place)


def racks_shown(site: Site, states: Mapping[int, State]) -> list[RackShown]:
    """Two queries, whatever the number of racks."""
    places: dict[int, list[RackPlace]] = defaultdict(list)
    rows = RackPlace.objects.filter(rack__site=site).select_related("device__product")
    for place in rows.order_by("bottom"):
        places[place.rack_id].append(place)
    racks = Rack.objects.filter(site=site).select_related("room").order_by("name")
    return [RackShown(rack, slots_of(rack.units, places[rack.pk], states)) for rack in racks]


def slots_of(units: int, places: list[RackPlace], states: Mapping[int, State]) -> list[Slot]:
    """From the top down; ``places`` stand in order and never overlap."""
    slots, unit = [], 1
    for place in places:
        slots += [Slot(free) for free in range(unit, place.bottom)]
        state = states.get(place.device_id, ("", ""))[0]
        slots.append(Slot(place.bottom, place.height, place, state))
        unit = place.bottom + place.height
    slots += [Slot(free) for free in range(unit, units + 1)]
    return slots[::-1]

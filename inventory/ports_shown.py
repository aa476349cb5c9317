"""The ports of a device as its page lists them: what stands at the far end, panels passed."""

from __future__ import annotations

from dataclasses import dataclass

from inventory.cabling import wiring_of
from inventory.models import Device, Link, Port


@dataclass(frozen=True, slots=True)
class PortRow:
    """A port, the piece of cable in it, and the ports on the way; the last one is the far end."""

    port: Port
    link: Link | None
    way: tuple[Port, ...]

    @property
    def far(self) -> Port | None:
        return self.way[-1] if self.way else None

    @property
    def via(self) -> tuple[Port, ...]:
        """The sides of panels that are passed, once each."""
        return self.way[:-1:2]


def ports_of(here: Device) -> list[PortRow]:
    """The device's ports with their far ends: five queries for any number of ports."""
    rows = (
        Port.objects.filter(device=here)
        .select_related("link_a", "link_b", "access_vlan")
        .prefetch_related("trunk_vlans")
    )
    ports = list(rows)
    wiring = wiring_of([here.site_id])
    ways = {port.pk: wiring.way(port.pk)[1:] for port in ports}
    met = Port.objects.select_related("device__room").in_bulk(
        {key for way in ways.values() for key in way}
    )
    return [PortRow(port, _link(port), tuple(met[key] for key in ways[port.pk])) for port in ports]


def _link(port: Port) -> Link | None:
    found: Link | None = getattr(port, "link_a", None) or getattr(port, "link_b", None)
    return found

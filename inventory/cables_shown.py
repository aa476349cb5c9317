"""The cables of a site as a list: from plug to plug, with each piece on the way."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from inventory.cabling import Wiring, wiring_of
from inventory.models import CableColour, Link, Port
from schools.models import Site


@dataclass(frozen=True, slots=True)
class CableRow:
    """One piece of cable, and the whole way that it is part of."""

    link: Link
    way: tuple[Port, ...]
    """Every port of the whole way, plug to plug (or to the panel where it ends)."""

    @property
    def is_whole(self) -> bool:
        """Whether it leads from a plug to a plug."""
        return not (self.way[0].side or self.way[-1].side)

    @property
    def steps(self) -> list[Port]:
        """The way with each panel said once."""
        return [
            port
            for n, port in enumerate(self.way)
            if n == 0 or port.device_id != self.way[n - 1].device_id
        ]

    @property
    def colour(self) -> str:
        return str(CableColour(self.link.colour).label) if self.link.colour else ""


def links_of(site: Site, text: str = "", role: str = "") -> list[Link]:
    """The pieces with an end at the site, narrowed by a word and a role."""
    rows = Link.objects.filter(Q(port_a__device__site=site) | Q(port_b__device__site=site))
    if role:
        rows = rows.filter(role=role)
    for word in text.split()[:5]:
        rows = rows.filter(
            Q(label__icontains=word)
            | Q(port_a__device__name__icontains=word)
            | Q(port_b__device__name__icontains=word)
            | Q(port_a__device__room__name__iexact=word)
            | Q(port_b__device__room__name__iexact=word)
        )
    ends = ("port_a__device__room", "port_b__device__room")
    return list(rows.select_related(*ends).order_by("port_a__device__name", "port_a__number", "pk"))


def cables_shown(site: Site, links: list[Link]) -> list[CableRow]:
    """The rows, in two queries more than the links took."""
    wiring = wiring_of([site.pk])
    ways = {link.pk: _whole(wiring, link.port_a_id) for link in links}
    keys = {port for way in ways.values() for port in way}
    ports = Port.objects.select_related("device__room").in_bulk(keys)
    return [CableRow(link, tuple(ports[one] for one in ways[link.pk])) for link in links]


def _whole(wiring: Wiring, port: int) -> list[int]:
    """The way from one of its ends to the other, through this port."""
    ahead = wiring.way(port)
    behind = wiring.passes.get(port)
    if behind is None or behind in ahead:
        return ahead
    return [*reversed(wiring.way(behind)), *ahead]

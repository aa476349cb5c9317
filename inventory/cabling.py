"""The cables of sites from plug to plug: panels and sockets on the way are passed through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from inventory.models import Link, LinkRole
from inventory.rules.paths import follow

RANK = {LinkRole.ACCESS.value: 0, LinkRole.UPLINK.value: 1, LinkRole.BACKBONE.value: 2}
_PORT = ("", "__device", "__device__site", "__name", "__speed_mbps", "__side", "__number")
_FIELDS = ("pk", "role", "kind", *(f"port_{end}{path}" for end in "ab" for path in _PORT))


@dataclass(frozen=True, slots=True)
class End:
    """One port, as far as a cable needs it."""

    port: int
    device: int
    site: int
    name: str
    speed_mbps: int | None
    side: str
    number: int


@dataclass(frozen=True, slots=True)
class Cable:
    """From one plug to another; ``links`` are the pieces in order, one without a panel."""

    a: End
    b: End
    links: tuple[int, ...]
    role: str
    kind: str

    @property
    def speed_mbps(self) -> int | None:
        """The slower of the two ports, where both are known."""
        known = [end.speed_mbps for end in (self.a, self.b) if end.speed_mbps]
        return min(known, default=None)


@dataclass(slots=True)
class Wiring:
    """The pieces of cable of some sites, and what passes them on."""

    ends: dict[int, End] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    """Port → the port at the other end of its piece; both ways."""
    pieces: dict[int, tuple[int, str, str]] = field(default_factory=dict)
    """Port → key, role and kind of its piece."""
    passes: dict[int, int] = field(default_factory=dict)

    def way(self, port: int) -> list[int]:
        """The ports from this one on, itself first (``rules.paths.follow``)."""
        return follow(port, self.links, self.passes)

    def cables(self) -> list[Cable]:
        """Each whole way between two plugs, once; what ends at a panel is none yet."""
        found = []
        for port, end in self.ends.items():
            if end.side:
                continue
            way = self.way(port)
            last = self.ends[way[-1]]
            if last.side or last.port <= port:
                continue
            pieces = [self.pieces[one] for one in way[::2]]
            role = max((piece[1] for piece in pieces), key=lambda r: RANK.get(r, 0))
            keys = tuple(piece[0] for piece in pieces)
            found.append(Cable(end, last, keys, role, pieces[0][2]))
        return found


def wiring_of(sites: Iterable[int]) -> Wiring:
    """One query for any number of sites. A cable between two sites belongs to both."""
    keys = list(sites)
    rows = Link.objects.filter(
        Q(port_a__device__site__in=keys) | Q(port_b__device__site__in=keys)
    ).values_list(*_FIELDS)
    wiring = Wiring()
    sides: dict[tuple[int, int], list[int]] = {}
    for pk, role, kind, *ends in rows:
        a, b = End(*ends[:7]), End(*ends[7:])
        wiring.links[a.port], wiring.links[b.port] = b.port, a.port
        for end in (a, b):
            wiring.ends[end.port] = end
            wiring.pieces[end.port] = (pk, role, kind)
            if end.side:
                sides.setdefault((end.device, end.number), []).append(end.port)
    for pair in sides.values():
        if len(pair) == 2:  # a front and a rear: each side stands once per position
            wiring.passes[pair[0]], wiring.passes[pair[1]] = pair[1], pair[0]
    return wiring


def cables_of(sites: Iterable[int]) -> list[Cable]:
    """The cables of sites from plug to plug, in one query."""
    return wiring_of(sites).cables()

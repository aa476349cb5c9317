"""Which device is behind which: a graph of devices, seen from the routers. Pure.

``edges`` maps a device to the devices it is cabled to (inventory links and LLDP neighbours);
``tops`` are the devices through which a site reaches the world (its routers).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from inventory.rules.paths import spread


@dataclass(slots=True)
class Network:
    """The devices of one or more sites and the cables between them."""

    tops: set[int] = field(default_factory=set)
    edges: dict[int, set[int]] = field(default_factory=dict)

    def join(self, a: int, b: int) -> None:
        """Note a cable. A device cabled to itself is ignored."""
        if a != b:
            self.edges.setdefault(a, set()).add(b)
            self.edges.setdefault(b, set()).add(a)

    def parents(self) -> dict[int, int]:
        """Each device's way up: the neighbour nearest to a router; routers have none.

        Among equals the smaller id wins, so that every worker sees the same tree.
        """
        return spread(self.tops, self.edges, frozenset())

    def reached(self, failing: Collection[int]) -> set[int]:
        """Devices to which a way leads through working devices alone, themselves included."""
        alive = self.tops.difference(failing)
        return alive.union(spread(alive, self.edges, failing))

    def ancestors(self, device: int, parents: Mapping[int, int]) -> list[int]:
        """From the nearest device above to the router."""
        found: list[int] = []
        while device in parents and parents[device] not in found:
            device = parents[device]
            found.append(device)
        return found

    def blockers(self, device: int, failing: Collection[int]) -> list[int]:
        """Failing devices on the way up, nearest first; empty when another way works.

        A device whose every way up is cut cannot be judged by itself: one of these is why.
        """
        others = set(failing) - {device}
        if device in self.tops or not others:
            return []
        reached = self.reached(others)
        if device in reached:
            return []
        return [above for above in self.ancestors(device, self.parents()) if above in others]

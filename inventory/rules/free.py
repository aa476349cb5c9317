"""Which addresses of a prefix are free, and how full it is. Values in, values out."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
COUNTED_BITS = 64
"""A prefix with as many host bits is never full: no share of it is told."""
Pool = tuple[Address, Address]
"""A DHCP range, both ends included."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How many addresses of a prefix are given, left to DHCP, and free."""

    usable: int
    given: int
    dhcp: int

    @property
    def free(self) -> int:
        return max(self.usable - self.given - self.dhcp, 0)

    @property
    def given_percent(self) -> float:
        return self._percent(self.given)

    @property
    def dhcp_percent(self) -> float:
        return self._percent(self.dhcp)

    def _percent(self, part: int) -> float:
        return round(100 * part / self.usable, 1) if self.usable else 0.0


def usable(network: Network) -> tuple[int, int]:
    """First and last address a device may have, as numbers.

    IPv4 keeps the network's own and the broadcast address, but for /31 (RFC 3021) and /32; IPv6
    keeps the first one for routers (subnet-router anycast, RFC 4291 §2.6.1), but for /127 and /128.
    """
    first, last = int(network.network_address), int(network.broadcast_address)
    if network.max_prefixlen - network.prefixlen < 2:
        return first, last
    return first + 1, last - (1 if network.version == 4 else 0)


def occupancy(network: Network, given: Collection[Address], dhcp: Pool | None) -> Occupancy:
    """An address given inside the DHCP range counts once, as given."""
    first, last = usable(network)
    inside = {int(a) for a in given if a in network and first <= int(a) <= last}
    pool = 0
    if dhcp is not None:
        low, high = max(int(dhcp[0]), first), min(int(dhcp[1]), last)
        pool = max(high - low + 1, 0) - sum(low <= a <= high for a in inside)
    return Occupancy(last - first + 1, len(inside), pool)


def free_addresses(
    network: Network, taken: Collection[Address], dhcp: Pool | None, count: int
) -> list[Address]:
    """The first ``count`` addresses that nobody has and DHCP does not give; a /64 costs no more."""
    return list(islice(_free(network, {int(a) for a in taken}, dhcp), count))


def _free(network: Network, taken: set[int], dhcp: Pool | None) -> Iterator[Address]:
    here, last = usable(network)
    kind = type(network.network_address)
    low, high = (int(dhcp[0]), int(dhcp[1])) if dhcp else (last + 1, last)
    while here <= last:
        if low <= here <= high:
            here = high + 1
            continue
        if here not in taken:
            yield kind(here)
        here += 1

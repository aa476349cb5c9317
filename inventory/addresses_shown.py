"""Prefixes of a site with how full they are, and the next free addresses."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from inventory.models import IpAddress, ObservedDevice, Prefix
from inventory.rules.free import (
    COUNTED_BITS,
    Address,
    Network,
    Occupancy,
    Pool,
    free_addresses,
    occupancy,
)
from schools.models import Site

OFFERED = 5


@dataclass(frozen=True, slots=True)
class PrefixShown:
    """``occupancy`` None: so large that a share says nothing (an IPv6 /64)."""

    prefix: Prefix
    given: int
    occupancy: Occupancy | None
    free: list[Address]
    """The next free addresses: neither given, nor seen on the wire, nor left to DHCP."""


def prefixes_shown(site: Site) -> list[PrefixShown]:
    """Three queries, whatever the number of prefixes and addresses."""
    given = [
        ipaddress.ip_address(text)
        for text in IpAddress.objects.filter(site=site).values_list("address", flat=True)
    ]
    present = ObservedDevice.objects.filter(site=site).present()
    seen = [
        ipaddress.ip_address(text)
        for text in present.values_list("address", flat=True).distinct()
        if text
    ]
    rows = Prefix.objects.filter(site=site).select_related("vlan").order_by("cidr")
    return [_shown(prefix, prefix.cidr, given, seen) for prefix in rows]


def _shown(
    prefix: Prefix, network: Network, given: list[Address], seen: list[Address]
) -> PrefixShown:
    inside = [address for address in given if address in network]
    taken = set(inside) | {address for address in seen if address in network}
    if prefix.gateway:
        taken.add(ipaddress.ip_address(prefix.gateway))
    pool: Pool | None = None
    if prefix.dhcp_first and prefix.dhcp_last:
        pool = (
            ipaddress.ip_address(prefix.dhcp_first),
            ipaddress.ip_address(prefix.dhcp_last),
        )
    small = network.max_prefixlen - network.prefixlen < COUNTED_BITS
    return PrefixShown(
        prefix=prefix,
        given=len(inside),
        occupancy=occupancy(network, taken, pool) if small else None,
        free=free_addresses(network, taken, pool, OFFERED),
    )

"""The address of who calls, as far as it can be believed.

Whoever calls may write any ``X-Forwarded-For``. What a proxy of ours (``TRUSTED_PROXIES``) added is
at its right end; everything before the first foreign address is hearsay.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(meta: Mapping[str, object], proxies: Iterable[str]) -> str | None:
    """The caller's address by the variables of the request; None when it is no address.

    ``proxies``: addresses or networks. Without them the header is never read.
    """
    known = [ip_network(proxy, strict=False) for proxy in proxies]
    here = read_address(str(meta.get("REMOTE_ADDR") or ""))
    hops = str(meta.get("HTTP_X_FORWARDED_FOR") or "").split(",")
    while here is not None and hops and _among(here, known):
        before = read_address(hops.pop())
        if before is None:
            break  # the proxy told nothing that can be read: it is itself the last we know of
        here = before
    return str(here) if here is not None else None


def read_address(text: str) -> Address | None:
    """``192.0.2.1``, ``192.0.2.1:80``, ``[2001:db8::1]:443``, ``fe80::1%eth0``; None otherwise."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found


def _among(address: Address, networks: Iterable[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)

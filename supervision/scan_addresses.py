"""Which addresses a scan asks: prefixes unfolded, bounded, and inside the site's own."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from inventory.models.addressing import Network, network_of

LARGEST = 4096
"""Addresses of one scan at most: a /20."""


class ScanRefused(ValidationError):
    """Addresses that are not scanned; the message says which and why."""


def unfold(asked: Iterable[str], port_scan: int = LARGEST) -> list[str]:
    """Every host address of prefixes and single addresses, in order, each once.

    Raises ScanRefused for what is no address and for more than a /20 in all.
    """
    networks = [_network(text) for text in asked if text.strip()]
    if not networks:
        raise ScanRefused(_("Indiquez un préfixe ou une adresse."))
    if sum(network.num_addresses for network in networks) > port_scan:
        raise ScanRefused(
            _("Plus de %(n)d adresses (un /20) : découpez la demande.") % {"n": port_scan}
        )
    found: dict[str, None] = {}
    for network in networks:
        hosts = [network.network_address] if network.num_addresses == 1 else network.hosts()
        found.update(dict.fromkeys(map(str, hosts)))
    return list(found)


def _network(text: str) -> Network:
    try:
        return network_of(text)
    except ValidationError as error:
        raise ScanRefused(error.messages) from None


def outside(asked: Iterable[str], prefixes: Sequence[Network]) -> list[str]:
    """What is asked for and lies in no prefix of the site."""
    lost = []
    for text in asked:
        network = _network(text)
        inside = any(
            network.version == own.version and network.subnet_of(own)  # type: ignore[arg-type]
            for own in prefixes
        )
        if not inside:
            lost.append(text)
    return lost


def is_reachable(network: Network) -> bool:
    """Whether a scan may go there at all: private addresses; loopback only in the lab."""
    if network.is_loopback:
        return bool(settings.PREAU_LAB)
    return network.is_private and not (network.is_multicast or network.is_link_local)


def unreachable(asked: Iterable[str]) -> list[str]:
    """Addresses of the Internet and others that are nobody's LAN."""
    return [text for text in asked if not is_reachable(_network(text))]


def sort_key(address: str) -> tuple[int, int]:
    """Addresses in their order."""
    parsed = ipaddress.ip_address(address)
    return parsed.version, int(parsed)

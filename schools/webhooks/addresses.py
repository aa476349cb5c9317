"""Where a webhook may lead: to the Internet, never into the network that the platform stands in.

The name is resolved once and the connection goes to that very address: a name that changes its
answer between the look and the call opens nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

PORTS = {"https": 443, "http": 80}


class AddressRefused(ValueError):
    """An address that nothing is sent to; the text says why and what would do."""


@dataclass(frozen=True, slots=True)
class Place:
    """A checked address: who is called, and the host's name for certificate and Host header."""

    scheme: str
    host: str
    ip: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def read_address(url: str) -> tuple[str, str, int, str]:
    """Scheme, host, port and path of an address. Raises AddressRefused; asks no name server."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise AddressRefused(
            _("Ce n’est pas une adresse. Exemple : https://exemple.be/preau.")
        ) from None
    if parts.scheme not in PORTS or not parts.hostname:
        raise AddressRefused(_("Ce n’est pas une adresse. Exemple : https://exemple.be/preau."))
    if parts.scheme == "http" and not settings.WEBHOOK_PRIVATE:
        raise AddressRefused(_("L’adresse doit commencer par https://."))
    if parts.username or parts.password or parts.fragment:
        raise AddressRefused(
            _("L’adresse ne peut contenir ni mot de passe ni « # » : la signature suffit.")
        )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.scheme, parts.hostname, port or PORTS[parts.scheme], path


def find_place(url: str) -> Place:
    """Resolve an address, and check it. Raises AddressRefused."""
    scheme, host, port, path = read_address(url)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError:
        raise AddressRefused(_("Le nom « %(host)s » est inconnu.") % {"host": host}) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not settings.WEBHOOK_PRIVATE and not all(_public(address) for address in addresses):
        raise AddressRefused(
            _("« %(host)s » est une adresse interne : rien n’y est envoyé.") % {"host": host}
        )
    return Place(scheme, host, addresses[0], port, path)


def _public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast

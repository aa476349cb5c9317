"""Tables of people, their devices and credentials."""

from . import (
    agreements,
    authorities,
    charters,
    devices,
    guests,
    identities,
    links,
    lists,
    members,
    providers,
)

__all__ = [
    "agreements",
    "authorities",
    "charters",
    "devices",
    "guests",
    "identities",
    "links",
    "lists",
    "members",
    "providers",
]

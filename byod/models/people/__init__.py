"""Tables of people, their devices and credentials."""

from . import (
    agreements,
    authorities,
    charters,
    devices,
    guests,
    identities,
    letters,
    links,
    lists,
    members,
    providers,
    refusals,
)

__all__ = [
    "agreements",
    "authorities",
    "charters",
    "devices",
    "guests",
    "identities",
    "letters",
    "links",
    "lists",
    "members",
    "providers",
    "refusals",
]

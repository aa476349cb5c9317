"""Tables of people, their devices and credentials."""

from . import (
    agreements,
    authorities,
    charters,
    decisions,
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
    "decisions",
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

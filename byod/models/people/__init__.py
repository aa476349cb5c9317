"""Tables of people, their devices and credentials."""

from . import authorities, charters, devices, identities, links, members

__all__ = ["authorities", "charters", "devices", "identities", "links", "members"]

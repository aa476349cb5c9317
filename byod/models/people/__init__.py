"""Tables of people, their devices and credentials."""

from . import charters, devices, identities, members

__all__ = ["charters", "devices", "identities", "members"]

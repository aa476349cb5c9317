"""Tables of network access: realms, policies, sessions."""

from . import policies, realms

__all__ = ["policies", "realms"]

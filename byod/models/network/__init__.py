"""Tables of network access: realms, policies, sessions."""

from . import (
    days,
    events,
    nas,
    orders,
    policies,
    realms,
    reminders,
    rules,
    segments,
    servers,
    sessions,
    upstream,
)

__all__ = [
    "days",
    "events",
    "nas",
    "orders",
    "policies",
    "realms",
    "reminders",
    "rules",
    "segments",
    "servers",
    "sessions",
    "upstream",
]

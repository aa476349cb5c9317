"""Tables of the market, orders and deliveries."""

from inventory.grants.models.orders import (
    deliveries,
    market,
    members,
    notices,
    purchases,
    replacements,
    supply,
)

__all__ = [
    "deliveries",
    "market",
    "members",
    "notices",
    "purchases",
    "replacements",
    "supply",
]

"""Tables of the grants, one file or folder per part; each names its own when it is imported."""

from inventory.grants.models import calls, orders, returns, review, rights

__all__ = ["calls", "orders", "returns", "review", "rights"]

"""Tables of drawing rights and their ledger."""

from inventory.grants.models.rights import corrections, ledger, pools, programmes

__all__ = ["corrections", "ledger", "pools", "programmes"]

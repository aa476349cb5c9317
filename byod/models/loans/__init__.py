"""Tables of loans: pools, what stands in them, and what is out."""

from . import loans, pools

__all__ = ["loans", "pools"]

"""Tables of the strategy of a school and its states."""

from . import settled, strategies

__all__ = ["settled", "strategies"]

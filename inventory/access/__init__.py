"""Who may change what of the inventory. Each answer is Allowed, or Refused with the reason."""

from .differences import can_decide, can_decide_on
from .refusals import DecisionImpossible, DecisionRefused, covers, require

__all__ = [
    "DecisionImpossible",
    "DecisionRefused",
    "can_decide",
    "can_decide_on",
    "covers",
    "require",
]

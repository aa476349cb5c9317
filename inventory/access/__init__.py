"""Who may change what of the inventory. Each answer is Allowed, or Refused with the reason."""

from .catalogue import can_keep_catalogue, can_keep_kits
from .devices import can_add, can_change, can_keep, can_transfer
from .differences import can_decide, can_decide_on
from .refusals import DecisionImpossible, DecisionRefused, covers, require

__all__ = [
    "DecisionImpossible",
    "DecisionRefused",
    "can_add",
    "can_change",
    "can_decide",
    "can_decide_on",
    "can_keep",
    "can_keep_catalogue",
    "can_keep_kits",
    "can_transfer",
    "covers",
    "require",
]

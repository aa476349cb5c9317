"""Why a right cannot be drawn on, in words for the person who asked."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible


def euros(amount: Decimal) -> str:
    """``5 036 €``, ``10 202,04 €``: cents are told only where there are some."""
    decimals = 0 if amount == amount.to_integral_value() else 2
    told = number_format(amount, decimals, use_l10n=True, force_grouping=True)
    return f"{told}\u00a0€"


class Overdrawn(DecisionImpossible):
    """More was asked than there is; nothing was written."""

    def __init__(self, available: Decimal, asked: Decimal, text: str = "") -> None:
        self.available = available
        self.asked = asked
        super().__init__(text or _told(available, asked))


def _told(available: Decimal, asked: Decimal) -> str:
    return _(
        "Refusé\u00a0: il manque %(missing)s. Il reste %(available)s, vous demandez %(asked)s. "
        "Réduisez la commande."
    ) % {
        "missing": euros(asked - available),
        "available": euros(available),
        "asked": euros(asked),
    }


class NotUsable(DecisionImpossible):
    """No right, or none that may be used now; the text says why and what to do."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


class KeyReused(ValueError):
    """The same key for another move: a fault of the caller, told to nobody else."""

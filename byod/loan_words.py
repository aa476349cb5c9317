"""A loan in words and colours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from byod.models.loans.damages import DamageKind, LoanDamage
from byod.models.loans.loans import Loan, LoanState


@dataclass(frozen=True, slots=True)
class Badge:
    """Colour, icon, word."""

    state: str
    icon: str
    word: str


def badge_of(loan: Loan, today: dt.date) -> Badge:
    """What it is today."""
    if loan.state == LoanState.RESERVED:
        return Badge("planned", "bookmark", _("Réservé"))
    if loan.state == LoanState.CANCELLED:
        return Badge("unknown", "arrow-back-up", _("Annulé"))
    if loan.state == LoanState.RETURNED:
        return Badge("unknown", "circle-check", pgettext("loan", "Rendu"))
    late = (today - loan.due_on).days
    if late > 0:
        word = ngettext("En retard de %(n)d jour", "En retard de %(n)d jours", late)
        return Badge("suspect", "clock-exclamation", word % {"n": late})
    return Badge("ok", "device-laptop", pgettext("loan", "Prêté"))


def damage_badge(row: LoanDamage) -> Badge:
    """What it is about, and whether it is settled."""
    if row.closed_at is not None:
        word = _("Revenu dans la réserve") if row.back_in_pool else _("Retiré de la réserve")
        return Badge("unknown", "circle-check", word)
    icons = {DamageKind.DAMAGE: "tool", DamageKind.THEFT: "shield-x", DamageKind.LOSS: "map-off"}
    icon = icons.get(DamageKind(row.kind), "plug-off")
    return Badge("down", icon, capfirst(str(row.get_kind_display())))

"""The fair order in words that a family can read, and how states look."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from byod.models.equity.lines import LineService
from byod.models.equity.orders import LineOrderState
from byod.models.equity.requests import LoanRequest, RequestState
from byod.models.people.members import Equipment
from byod.rules.equity.order import Asked

Look = tuple[str, str, "str | Promise"]
"""State key of the interface, icon, word."""

AFTER: dict[str, str | Promise] = {
    "": gettext_lazy("première demande de la liste"),
    "exception": gettext_lazy("après une urgence sociale décidée par la direction"),
    "never_served": gettext_lazy("après ceux qui n’ont jamais rien reçu"),
    "need": gettext_lazy("après ceux à qui il manque davantage"),
    "waited": gettext_lazy("après ceux qui attendent depuis plus d’années"),
    "asked": gettext_lazy("demandée plus tard que la précédente"),
    "lot": gettext_lazy("à égalité avec la précédente\u00a0: départagées par le tirage de l’année"),
}
"""Criterion → why somebody stands right after the one before."""
REQUEST_LOOKS: dict[str, tuple[str, str]] = {
    RequestState.ASKED: ("suspect", "hourglass"),
    RequestState.GRANTED: ("planned", "circle-check"),
    RequestState.SERVED: ("ok", "package"),
    RequestState.REFUSED: ("down", "circle-x"),
    RequestState.WITHDRAWN: ("unknown", "arrow-back-up"),
}
ORDER_LOOKS: dict[str, tuple[str, str]] = {
    LineOrderState.WAITING: ("suspect", "hourglass"),
    LineOrderState.SENT: ("degraded", "help-circle"),
    LineOrderState.CONFIRMED: ("ok", "circle-check"),
    LineOrderState.REFUSED: ("down", "circle-x"),
    LineOrderState.CANCELLED: ("unknown", "arrow-back-up"),
}
SERVICE_LOOKS: dict[str, tuple[str, str]] = {
    LineService.ACTIVE: ("ok", "circle-check"),
    LineService.SUSPENDED: ("degraded", "player-pause"),
    LineService.LOST: ("down", "alert-octagon"),
    LineService.ENDED: ("unknown", "circle-x"),
}


def request_look(row: LoanRequest) -> Look:
    return (*REQUEST_LOOKS[row.state], row.get_state_display())


def need_words(equipment: str) -> str:
    """What is missing at home."""
    return str(dict(Equipment.choices).get(equipment, equipment))


def reasons(one: Asked, year: int) -> list[str]:
    """What counts for a request, in the order in which it counts."""
    told = [_("urgence sociale")] if one.exception else []
    told.append(_("jamais servi") if one.never_served else _("déjà servi une autre année"))
    told.append(need_words(one.equipment))
    if one.years_waited:
        told.append(
            ngettext("attend depuis %(n)d an", "attend depuis %(n)d ans", one.years_waited)
            % {"n": one.years_waited}
        )
    told.append(_("demandée le %(day)s") % {"day": day_words(one.asked_at)})
    return told


def day_words(moment: str) -> str:
    """The day in Brussels of a stored moment."""
    read = parse_datetime(moment)
    return f"{timezone.localtime(read):%d/%m/%Y}" if isinstance(read, dt.datetime) else moment


def wants_words(row: LoanRequest) -> str:
    """``un portable, un chargeur et une connexion``, short."""
    told = []
    if row.wants_device:
        told.append(_("appareil et chargeur") if row.wants_charger else _("appareil"))
    if row.wants_line:
        told.append(_("connexion"))
    return " + ".join(told)

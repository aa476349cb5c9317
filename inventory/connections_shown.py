"""The connection of one site for its page and panel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import connections as access
from inventory.connection_words import BADGES, VERDICTS, number, sentence_of
from inventory.listing_connections import connections_seen, technology_word
from inventory.models import MeasuredSpeed, Offer, Subscription
from inventory.rules.connections import MOVES
from schools.counts import last_year
from schools.models import Site, User

MEASURES = 20
ENOUGH = 0.8
"""A measure below this share of what was contracted is worth a question to the operator."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A site's verdict, as people read it."""

    site: Any
    badge: str
    word: Any
    why: str


def judged(user: User, site: Site, today: dt.date) -> Judged | None:
    """The verdict on one site; None for a closed one."""
    found = connections_seen(user, today, last_year()).filter(pk=site.pk).first()
    if found is None:
        return None
    line = str(technology_word(found.technology))
    why = sentence_of(found.verdict, found.pupils, found.down, line)
    return Judged(found, BADGES[found.verdict], VERDICTS[found.verdict], why)


@dataclass(frozen=True, slots=True)
class LineShown:
    """A line, and the next steps that this person may take."""

    line: Subscription
    steps: list[str]

    @property
    def is_over(self) -> bool:
        return self.line.state in ("ended", "cancelled")


def lines_of(user: User, site: Site) -> list[LineShown]:
    """Those in service first, then those awaited, then the past, with their moves."""
    order = {"active": 0, "ordered": 1, "asked": 1, "ended": 2, "cancelled": 3}
    rows = Subscription.objects.filter(site=site).select_related(
        "operator", "offer__contract", "follows__operator"
    )
    may_move = bool(access.can_move_line(user, site))
    may_cancel = bool(access.can_cancel_line(user, site))
    found = []
    for row in rows.prefetch_related("moves"):
        steps = sorted(MOVES.get(row.state, ()))
        allowed = [s for s in steps if may_move or (s == "cancelled" and may_cancel)]
        found.append(LineShown(row, allowed))
    return sorted(found, key=lambda one: (order[one.line.state], one.line.role != "main"))


def offer_told(offer: Offer) -> list[tuple[str, str]]:
    """The terms that a school is about to take."""
    speeds = f"{number(offer.down_mbps)} / {number(offer.up_mbps)} Mbit/s"
    repair = _("%(n)s h") % {"n": offer.sla_hours} if offer.sla_hours else "–"
    return [
        (_("Offre"), str(offer)),
        (_("Opérateur"), str(offer.contract.operator)),
        (_("Technologie"), str(offer.get_technology_display())),
        (_("Débit contracté"), speeds),
        (_("Prix par mois"), f"{number(offer.price_month, 2)}\u00a0€"),
        (_("Frais uniques"), f"{number(offer.price_once, 2)}\u00a0€"),
        (_("Durée"), _("%(n)s mois") % {"n": offer.term_months}),
        (_("Réparation"), repair),
    ]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure beside the line that was in service when it was made."""

    measure: MeasuredSpeed
    contracted: int

    @property
    def share(self) -> int:
        """Per cent of the contracted speed; 0 without a line."""
        return round(100 * self.measure.down_mbps / self.contracted) if self.contracted else 0

    @property
    def is_short(self) -> bool:
        return bool(self.contracted) and self.measure.down_mbps < ENOUGH * self.contracted


def measures_of(site: Site, lines: list[LineShown]) -> list[MeasureShown]:
    """The latest measures, each beside what was contracted on its day."""
    mains: list[Any] = [one.line for one in lines if one.line.role == "main" and one.line.start_on]

    def contracted(day: dt.date) -> int:
        for line in mains:
            assert line.start_on is not None
            if line.start_on <= day and (line.end_on is None or day < line.end_on):
                return int(line.down_mbps)
        return 0

    rows = MeasuredSpeed.objects.filter(site=site).order_by("-at")[:MEASURES]
    return [MeasureShown(row, contracted(timezone.localdate(row.at))) for row in rows]

"""Which ticket answers for a damage of a lent device (``settings.DAMAGE_TICKETS``)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.models import DamageTicket
from helpdesk.wording import badge_of


@dataclass(frozen=True, slots=True)
class TicketTold:
    """Number and state of a ticket, in words."""

    number: int
    words: str


def tickets_of(damages: Iterable[int]) -> dict[int, TicketTold]:
    """Damage → its ticket; those that wait for the next pull are absent. One query."""
    rows = DamageTicket.objects.filter(damage__in=[*damages]).select_related("ticket")
    return {
        row.damage_id: TicketTold(
            row.ticket_id,
            _("Ticket %(number)d\u00a0: %(state)s")
            % {"number": row.ticket_id, "state": badge_of(row.ticket).word},
        )
        for row in rows
    }

"""What the helpdesk answers when places are about to close (``CLOSING_CONSEQUENCES``)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.models import Ticket


def open_tickets(sites: list[int]) -> tuple[str, int]:
    """Tickets that somebody still works on at these sites."""
    return _("tickets ouverts"), Ticket.objects.filter(site__in=sites).open().count()

"""The school says that it works again, or that it still does not."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, require
from helpdesk.access_school import can_answer
from helpdesk.actions.close_ticket import close_ticket
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.reopen_ticket import reopen_ticket
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import EventKind, ResolutionMode, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def confirm_recovery(user: User, pk: int, *, works: bool, words: str = "") -> Ticket:
    """``works``: end the ticket. Otherwise keep it open, or open it again, with the person's words.

    A fault that we still measure is not confirmed away: refused, with what to do. Said twice, the
    first time stands. Raises Ticket.DoesNotExist where unseen, ActionRefused with the reason.
    """
    ticket = lock_ticket(user, pk)
    if works and ticket.state == TicketState.CLOSED:
        return ticket
    require(can_answer(user, ticket))
    return _works(user, ticket) if works else _still_fails(user, ticket, words)


def _works(user: User, ticket: Ticket) -> Ticket:
    if ticket.state != TicketState.RESOLVED:
        if ticket.causes.filter(recovered_at=None).exists():
            raise ActionRefused(
                _(
                    "Nos relevés voient encore la panne. Écrivez au helpdesk ce que vous "
                    "constatez ; la demande reste ouverte."
                )
            )
        _resolve(user, ticket)
    return close_ticket(ticket.pk, by=user)


def _resolve(user: User, ticket: Ticket) -> None:
    """The school itself says that it is over: by itself, or with the contact person's gestures."""
    by_itself = ticket.causes.exists() and ticket.assignee_id is None
    ticket.resolution = ResolutionMode.BY_ITSELF if by_itself else ResolutionMode.CONTACT
    before, ticket.state = ticket.state, TicketState.RESOLVED
    ticket.resolved_at, ticket.paused_at, ticket.touched = timezone.now(), None, True
    ticket.save(update_fields=["resolution", "state", "resolved_at", "paused_at", "touched"])
    ticket.visual_checks.filter(answered_at=None).delete()
    write_event(ticket, EventKind.RESOLVED, by=user, at=ticket.resolved_at, mode=ticket.resolution)
    record_action(
        user,
        "confirm_recovery",
        ticket,
        site=ticket.site,
        before={"state": before},
        after={"state": ticket.state, "resolution": ticket.resolution},
    )


def _still_fails(user: User, ticket: Ticket, words: str) -> Ticket:
    said = words.strip() or _("Cela ne fonctionne toujours pas.")
    if ticket.state == TicketState.RESOLVED:
        ticket = reopen_ticket(ticket.pk, by=user, why=said[:500])
    comment_ticket(ticket.pk, said, by=user)
    tell(ticket)
    return ticket

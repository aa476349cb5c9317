from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from helpdesk.access import can_resolve, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import Comment, EventKind, ResolutionMode, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def resolve_ticket(pk: int, mode: str, text: str = "", *, by: User) -> Ticket:
    """Say that the fault is mended, how (K12 counts by mode) and, to the school, in what words.

    The school may contest it; the ticket closes when it agrees, or after the quiet days. Raises
    ValueError for an unknown mode.
    """
    ticket = lock_ticket(by, pk)
    require(can_resolve(by, ticket))
    before = ticket.state
    ticket.resolution = ResolutionMode(mode)
    ticket.state, ticket.resolved_at = TicketState.RESOLVED, timezone.now()
    ticket.paused_at, ticket.touched = None, True
    ticket.assignee = ticket.assignee or by
    ticket.save(
        update_fields=["resolution", "state", "resolved_at", "paused_at", "touched", "assignee"]
    )
    if text.strip():
        Comment.objects.create(ticket=ticket, author=by, body=text.strip())
    ticket.visual_checks.filter(answered_at=None).delete()
    write_event(ticket, EventKind.RESOLVED, by=by, at=ticket.resolved_at, mode=mode)
    record_action(
        by,
        "resolve_ticket",
        ticket,
        site=ticket.site,
        before={"state": before},
        after={"state": ticket.state, "resolution": mode},
    )
    tell(ticket)
    return ticket

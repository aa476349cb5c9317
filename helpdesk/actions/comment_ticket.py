from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, can_comment, can_work, require
from helpdesk.actions.resume_ticket import end_wait
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.models import Comment, EventKind, Ticket, TicketState
from schools.actions.audit import record_action
from schools.models import User

TWICE = dt.timedelta(minutes=1)
"""The same words of the same person within this are one message: a second click, a page gone
back to, a form sent again after the connection was lost."""


@transaction.atomic
def comment_ticket(
    pk: int, body: str, *, by: User, internal: bool = False, wait: bool = False
) -> Comment:
    """Say something: to the school, or to colleagues when ``internal``.

    ``wait`` (helpdesk only) stops the clock until the school answers. A message of the school on
    a waiting ticket starts it again.
    """
    ticket = lock_ticket(by, pk)
    require(can_comment(by, ticket, internal=internal))
    body = body.strip()
    if not body:
        raise ActionRefused(_("Écrivez d’abord le message."))
    if twin := _just_said(ticket, body, by, internal):
        return twin
    comment = Comment.objects.create(ticket=ticket, author=by, body=body, internal=internal)
    ticket.touched = True
    ticket.save(update_fields=["touched"])
    if wait and not internal and ticket.state in TicketState.live():
        require(can_work(by, ticket))
        if ticket.state != TicketState.WAITING:
            write_event(ticket, EventKind.WAITING, by=by)
            ticket.state, ticket.paused_at = TicketState.WAITING, timezone.now()
            ticket.save(update_fields=["state", "paused_at"])
    elif ticket.state == TicketState.WAITING and not by.is_technician:
        end_wait(ticket, by)
    record_action(
        by,
        "comment_ticket",
        ticket,
        site=ticket.site,
        after={"comment": comment.pk, "internal": internal, "state": ticket.state},
    )
    tell(ticket)
    return comment


def _just_said(ticket: Ticket, body: str, by: User, internal: bool) -> Comment | None:
    """The last message, if it is this one."""
    last = ticket.comments.filter(at__gt=timezone.now() - TWICE).last()
    if last is None or (last.author_id, last.body, last.internal) != (by.pk, body, internal):
        return None
    return last

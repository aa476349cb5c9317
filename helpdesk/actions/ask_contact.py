from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, can_ask_contact, require
from helpdesk.actions.writing import lock_ticket, tell, write_event
from helpdesk.looking import questions_for, questions_version
from helpdesk.models import Comment, EventKind, TicketState, VisualCheck
from inventory.models import Device
from schools.actions.audit import record_action
from schools.models import Community, User


@transaction.atomic
def ask_contact(
    pk: int, *, by: User, device: Device | None = None, message: str = ""
) -> VisualCheck:
    """Ask the school to look at a device (lamps, plug, cables); the clock stops until it answers.

    Without ``device``, the ticket's own. The questions are kept with the check, in the school's
    language. Raises ActionRefused while an earlier check has no answer.
    """
    ticket = lock_ticket(by, pk)
    require(can_ask_contact(by, ticket))
    device = device or ticket.device
    if device is not None and device.site_id != ticket.site_id:
        raise ActionRefused(_("Cet équipement n’est pas dans cette implantation."))
    german = ticket.site.school.community == Community.DG
    category = device.product.category if device else ""
    check = VisualCheck.objects.create(
        ticket=ticket,
        device=device,
        asked_by=by,
        questions=questions_for(category, "de" if german else "fr"),
    )
    if message.strip():
        Comment.objects.create(ticket=ticket, author=by, body=message.strip())
    before = ticket.state
    ticket.state, ticket.touched = TicketState.WAITING, True
    ticket.paused_at = ticket.paused_at or timezone.now()
    ticket.assignee = ticket.assignee or by
    ticket.save(update_fields=["state", "touched", "paused_at", "assignee"])
    write_event(
        ticket,
        EventKind.ASKED,
        by=by,
        check=check.pk,
        device=device.name if device else "",
        room=str(device.room or "") if device else "",
        version=questions_version(),
    )
    record_action(
        by,
        "ask_contact",
        ticket,
        site=ticket.site,
        before={"state": before},
        after={"state": ticket.state, "check": check.pk},
    )
    tell(ticket)
    return check

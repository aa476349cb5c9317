from __future__ import annotations

import uuid

from django.db import transaction

from helpdesk.access import can_open_for, require
from helpdesk.actions.writing import set_promise, tell, write_event
from helpdesk.models import Comment, EventKind, Priority, Ticket
from inventory.models import Device
from schools.actions.audit import record_action
from schools.models import Room, Site, User


@transaction.atomic
def open_by_hand(
    site: Site,
    title: str,
    *,
    by: User,
    body: str = "",
    priority: int = Priority.NORMAL,
    subject: str = "",
    room: Room | None = None,
    device: Device | None = None,
    request_key: uuid.UUID | None = None,
) -> Ticket:
    """A technician writes down what somebody says on the phone.

    The same ``request_key`` twice (a form sent again) gives the ticket of the first time.
    """
    Site.objects.visible_to(by).get(pk=site.pk)
    require(can_open_for(by, site))
    if request_key and (known := Ticket.objects.filter(request_key=request_key).first()):
        return known
    ticket = Ticket(
        site=site,
        title=title.strip()[:200],
        priority=Priority(priority),
        subject=subject,
        room=room,
        device=device,
        opened_by=by,
        touched=True,
        request_key=request_key,
    )
    set_promise(ticket)
    ticket.save()
    write_event(ticket, EventKind.OPENED, by=by, at=ticket.opened_at)
    if body.strip():
        Comment.objects.create(ticket=ticket, author=by, body=body.strip())
    record_action(by, "open_by_hand", ticket, site=site, after={"title": ticket.title})
    tell(ticket)
    return ticket

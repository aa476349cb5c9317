from __future__ import annotations

from helpdesk.actions.writing import PROMISED, set_promise, write_event
from helpdesk.models import CauseRole, EventKind, Ticket, TicketState
from helpdesk.reach import touched_by
from helpdesk.rules import priority_of
from helpdesk.service import service
from helpdesk.wording import fault_title
from supervision.models import Incident, IncidentState


def retell_ticket(ticket: Ticket) -> None:
    """Say again what a locked ticket of supervision is about: title, device, priority.

    Consequences join and leave after the ticket was opened, and its cause may change. Only while
    nobody has touched it: what a person has read or decided does not move under them. Without a
    live root cause the last words stay.
    """
    if ticket.touched or ticket.opened_by_id or ticket.state not in TicketState.live():
        return
    root = live_root(ticket)
    if root is None:
        return
    touched = touched_by([root.pk])[root.pk]
    urgent = priority_of(
        root.service,
        root.severity,
        touched.reach,
        rooms_high=service().rooms_high,
        sites=service().major_sites,
    )
    old = (ticket.title, ticket.device_id, ticket.room_id, ticket.priority)
    title = fault_title(root, touched)
    if old == (title, root.device_id, root.device.room_id, urgent):
        return
    ticket.title, ticket.device, ticket.room = title, root.device, root.device.room
    if urgent != ticket.priority:
        write_event(ticket, EventKind.PRIORITY, old=ticket.priority, new=urgent)
        ticket.priority = urgent
        set_promise(ticket)
    ticket.save(update_fields=["title", "device", "room", "priority", *PROMISED])


def live_root(ticket: Ticket) -> Incident | None:
    """The root cause that lasts, the latest one if there are several."""
    return (
        Incident.objects.filter(
            pk__in=ticket.causes.filter(role=CauseRole.ROOT).values("incident"),
        )
        .exclude(state=IncidentState.CLOSED)
        .select_related("device__product", "device__room", "site__school", "check_row__target")
        .order_by("-pk")
        .first()
    )

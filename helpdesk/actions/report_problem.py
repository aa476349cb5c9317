"""A school reports a problem: one report is one ticket, or joins the ticket of a known fault."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.access import ActionRefused, require
from helpdesk.access_school import can_report
from helpdesk.actions.attach_photo import keep_photo
from helpdesk.actions.resume_ticket import end_wait
from helpdesk.actions.writing import lock_ticket, set_promise, tell, write_event
from helpdesk.models import (
    Comment,
    EventKind,
    Ticket,
    TicketKind,
    TicketState,
)
from helpdesk.reach import touched_by
from helpdesk.rules import Report, priority_for_report, same_matter
from inventory.models import Device
from schools.actions.audit import record_action
from schools.models import Room, Site, User


@dataclass(frozen=True)
class ReportData:
    """What the form gathered. ``photo``: a JPEG of ours (schools.photos), already clean.

    ``said``: the answers as the person read them, (label, words) in order, kept as they stood;
    ``joins``: the ticket of a known fault, when the person said “that is it”.
    """

    site: Site
    subject: str
    title: str
    request: bool = False
    room: Room | None = None
    device: Device | None = None
    text: str = ""
    used_today: bool = False
    said: tuple[tuple[str, str], ...] = ()
    version: int = 1
    photo: bytes | None = None
    joins: int | None = None


def report_problem(user: User, data: ReportData, request_key: uuid.UUID) -> Ticket:
    """Open a ticket, or join the one that answers for the same fault.

    The same ``request_key`` twice (a double tap, a page sent again) gives the first ticket.
    Raises ActionRefused with the reason, Ticket.DoesNotExist when ``joins`` is not theirs.
    """
    require(can_report(user, data.site))
    _refuse_strange_places(data)
    try:
        with transaction.atomic():
            if sent := _already_sent(user, data, request_key):
                return sent
            if (known := _known_fault(data)) is not None:
                return _join(user, data, known, request_key)
            return _open(user, data, request_key)
    except IntegrityError:
        # The other tap of the same finger was first: unique request_key.
        first = Ticket.objects.visible_to(user).filter(request_key=request_key).first()
        if first is None:
            raise
        return first


def _refuse_strange_places(data: ReportData) -> None:
    """A room or a device of another site is a forged form, not a mistake of the person."""
    for place in (data.room, data.device):
        if place is not None and place.site_id != data.site.pk:
            raise ActionRefused(_("Ce local ou cet appareil n’est pas de votre école."))


def _already_sent(user: User, data: ReportData, key: uuid.UUID) -> Ticket | None:
    """The ticket of the first time, whether the report opened or joined it.

    The site row is locked: two taps at once come one after the other.
    """
    Site.objects.select_for_update().get(pk=data.site.pk)
    seen = Ticket.objects.visible_to(user).filter(site=data.site)
    return (
        seen.filter(request_key=key).first()
        or seen.filter(events__kind=EventKind.JOINED, events__data__request_key=str(key)).first()
    )


def _known_fault(data: ReportData) -> int | None:
    """The live ticket that answers for the same fault: the one named, else one that must be it.

    A room or a device that a measured fault touches can hardly be a second fault.
    """
    if data.joins is not None:
        return data.joins
    if data.request or (data.room is None and data.device is None):
        return None
    roots = dict(
        Ticket.objects.open()
        .filter(site=data.site, causes__incident__root=None, causes__recovered_at=None)
        .values_list("causes__incident", "pk")
    )
    report = Report(
        site=data.site.pk,
        subject=data.subject,
        room=data.room.pk if data.room else None,
        device=data.device.pk if data.device else None,
    )
    for root, touched in touched_by(list(roots)).items():
        if same_matter(report, touched.fault):
            return roots[root]
    return None


def _facts(data: ReportData, key: uuid.UUID) -> dict[str, Any]:
    return {
        "request_key": str(key),
        "subject": data.subject,
        "said": [list(pair) for pair in data.said],
        "used_today": data.used_today,
        "problems": data.version,
    }


def _open(user: User, data: ReportData, key: uuid.UUID) -> Ticket:
    ticket = Ticket(
        site=data.site,
        title=data.title[:200],
        kind=TicketKind.REQUEST if data.request else TicketKind.INCIDENT,
        priority=priority_for_report(data.subject, data.used_today, request=data.request),
        subject=data.subject,
        room=data.room,
        device=data.device,
        opened_by=user,
        opened_at=timezone.now(),
        touched=True,
        request_key=key,
    )
    set_promise(ticket)
    ticket.save()
    write_event(ticket, EventKind.OPENED, by=user, at=ticket.opened_at, **_facts(data, key))
    _speak(user, ticket, data)
    record_action(user, "report_problem", ticket, site=data.site, after={"title": ticket.title})
    tell(ticket)
    return ticket


def _join(user: User, data: ReportData, pk: int, key: uuid.UUID) -> Ticket:
    """Add the report to a ticket that exists; the person follows it like their own."""
    ticket = lock_ticket(user, pk)
    if ticket.site_id != data.site.pk or ticket.state == TicketState.CLOSED:
        raise ActionRefused(_("Cette panne est terminée. Faites un nouveau signalement."))
    write_event(ticket, EventKind.JOINED, by=user, **_facts(data, key))
    ticket.touched = True
    ticket.save(update_fields=["touched"])
    if _speak(user, ticket, data) and ticket.state == TicketState.WAITING and not _asked(ticket):
        end_wait(ticket, user)
    record_action(user, "report_problem", ticket, site=data.site, after={"joined": True})
    tell(ticket)
    return ticket


def _asked(ticket: Ticket) -> bool:
    """Whether a visual check still waits for its answer: a report does not answer it."""
    return ticket.visual_checks.filter(answered_at=None).exists()


def _speak(user: User, ticket: Ticket, data: ReportData) -> bool:
    """Keep the person's own words and photo, if any, as a message of the conversation."""
    if not data.text.strip() and data.photo is None:
        return False
    words = data.text.strip() or _("Voici une photo.")
    comment = Comment.objects.create(ticket=ticket, author=user, body=words[:5000])
    if data.photo is not None:
        keep_photo(ticket, data.photo, by=user, comment=comment)
    return True

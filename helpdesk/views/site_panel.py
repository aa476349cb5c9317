"""“En ce moment”: the tickets of a site, on its page."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from helpdesk.clock import left_until
from helpdesk.hours import clock_hours
from helpdesk.models import Ticket
from helpdesk.rows import causes_of
from helpdesk.views.places import first_url
from helpdesk.views.school_site import user_of
from helpdesk.wording import short_fault
from schools.models import Site, User
from supervision.models import Incident

SHOWN = 6


@require_GET
@login_required
def site_now(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/implantations/<id>/en-ce-moment/`: open tickets, the most urgent first."""
    user, now = user_of(request), timezone.now()
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    tickets = (
        Ticket.objects.visible_to(user)
        .open()
        .filter(site=site)
        .select_related("assignee", "room", "site")
        .order_by("priority", "due_at", "pk")
    )
    rows = list(tickets[: SHOWN + 1])
    causes, _masked, _open = causes_of([ticket.pk for ticket in rows])
    hours = clock_hours(rows)
    page = "helpdesk:ticket" if user.is_technician else "helpdesk:request"
    context = {
        "site": site,
        "rows": [
            {
                "ticket": ticket,
                "cause": _still_broken(ticket, causes.get(ticket.pk), user),
                "url": first_url((page, "helpdesk:request"), ticket.pk),
                "tone": {1: "down", 2: "down", 3: "degraded"}.get(ticket.priority, "planned"),
                "left": int(left_until(ticket.due_at, now, hours[ticket.pk]).total_seconds())
                if ticket.due_at
                else None,
            }
            for ticket in rows[:SHOWN]
        ],
        "more": len(rows) > SHOWN,
    }
    return render(request, "helpdesk/_site_now.html", context)


def _still_broken(ticket: Ticket, incident: Incident | None, user: User) -> str:
    """What lasts, for a technician, when the words of the ticket name another device."""
    if incident is None or incident.closed_at or not user.is_technician:
        return ""
    return "" if incident.device.name in ticket.title else short_fault(incident)

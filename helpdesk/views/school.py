"""The school's own pages: what is wrong now, its requests, its equipment."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from helpdesk.access_school import reason
from helpdesk.models import Attachment, Ticket, TicketState
from helpdesk.school_equipment import equipment_by_floor
from helpdesk.school_now import coverage_of, fault_of, followed, school_now, title_for_school
from helpdesk.views.school_site import at_school, context_of, user_of
from inventory.access import can_add
from inventory.grants.access.calls.closing import closing_soon
from inventory.grants.returns_due import returns_due
from inventory.standing import notice_for
from schools.agreements.awaiting import awaiting
from schools.agreements.shown import to_sign
from schools.models import Site
from schools.photos import CONTENT_TYPE

PAGE = 20


@require_GET
@at_school
def my_school(request: HttpRequest, site: Site) -> HttpResponse:
    """GET `/mon-ecole/`: what is wrong now, in plain words."""
    user, today = user_of(request), timezone.localdate()
    context = context_of(
        request,
        site,
        "school",
        now=_now_of(request, site),
        to_sign=to_sign(user, today),
        awaiting=awaiting(user, today),
        declared=notice_for(site, today),
        closing=closing_soon(user, site, timezone.now()),
        returns_due=returns_due(user, site, today),
    )
    return render(request, "helpdesk/school/my_school.html", context)


@require_GET
@login_required
def my_school_now(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/mon-ecole/<site>/maintenant/`: the live part of the page, read again."""
    site = get_object_or_404(Site.objects.visible_to(user_of(request)), pk=pk)
    context = context_of(request, site, "school", now=_now_of(request, site))
    return render(request, "helpdesk/school/_now.html", context)


def _now_of(request: HttpRequest, site: Site) -> Any:
    return school_now(site, user_of(request), timezone.now())


@require_GET
@at_school
def requests(request: HttpRequest, site: Site) -> HttpResponse:
    """GET `/demandes/`: the school's tickets, those that go on first; `?fini=1` the others."""
    over = "fini" in request.GET
    states = [TicketState.CLOSED] if over else [*TicketState.live(), TicketState.RESOLVED]
    tickets = followed(user_of(request)).filter(site=site, state__in=states)
    before = request.GET.get("avant", "")
    if before.isdecimal():
        tickets = tickets.filter(pk__lt=int(before))
    rows = list(tickets.order_by("-pk")[: PAGE + 1])
    coverage = coverage_of(site)
    last_at = _last_words(rows[:PAGE])
    context = context_of(
        request,
        site,
        "requests",
        over=over,
        rows=[
            {
                "ticket": ticket,
                "title": title_for_school(ticket, fault_of(ticket, coverage)),
                "at": last_at.get(ticket.pk, ticket.opened_at),
            }
            for ticket in rows[:PAGE]
        ],
        next_before=rows[PAGE - 1].pk if len(rows) > PAGE else None,
    )
    return render(request, "helpdesk/school/requests.html", context)


def _last_words(tickets: list[Ticket]) -> dict[int, Any]:
    """When something a school may read last happened to each ticket."""
    rows = (
        Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
        .order_by()
        .annotate(
            event=Max("events__at", filter=Q(events__internal=False)),
            word=Max("comments__at", filter=Q(comments__internal=False)),
        )
        .values_list("pk", "event", "word")
    )
    return {pk: max(t for t in (event, word) if t) for pk, event, word in rows if event or word}


@require_GET
@at_school
def equipment(request: HttpRequest, site: Site) -> HttpResponse:
    """GET `/materiel/`: the school's devices by room, with what we know of their state."""
    query = request.GET.get("q", "").strip()[:60]
    user = user_of(request)
    keeping = can_add(user, site)
    context = context_of(
        request,
        site,
        "equipment",
        query=query,
        floors=equipment_by_floor(site, user, query),
        may_keep=bool(keeping),
        why_not_keep=reason(keeping),
    )
    return render(request, "helpdesk/school/equipment.html", context)


@require_GET
@login_required
def attachment(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/photos/<id>/`: a photo, to whoever may read its conversation."""
    photo = get_object_or_404(Attachment.objects.visible_to(user_of(request)), pk=pk)
    try:
        with photo.file.open("rb") as file:
            content = file.read()  # ours: at most 1600 px a side
    except FileNotFoundError as gone:
        raise Http404 from gone
    # Only what we encoded ourselves is shown in place; anything else is a download.
    ours = photo.content_type == CONTENT_TYPE
    response = HttpResponse(
        content, content_type=CONTENT_TYPE if ours else "application/octet-stream"
    )
    how, name = ("inline", "photo.jpg") if ours else ("attachment", "fichier")
    response["Content-Disposition"] = f'{how}; filename="{photo.pk}-{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response

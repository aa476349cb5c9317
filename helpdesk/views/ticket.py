"""The ticket: its story left; cause, live device, actions and readings right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from helpdesk.access import can_release, can_resolve, can_take
from helpdesk.evidence import Known, known_about
from helpdesk.explaining import why
from helpdesk.forms import ResolveForm
from helpdesk.listing import BY_KEY, COUNT_AT_MOST, neighbours, parse, tickets_for
from helpdesk.models import Priority, Ticket, TicketState
from helpdesk.rows import rows_of
from helpdesk.story import story_of
from helpdesk.views.doors import person, seen_ticket
from helpdesk.views.places import device_url, first_url, site_url
from schools.models import User
from schools.rules import Refused
from supervision.models import EventKind, TargetEvent
from supervision.phrases import event_phrase

READINGS = 6


@require_GET
def ticket(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/tickets/<pk>/`. People of the school read the same ticket on their own page."""
    if not request.user.is_authenticated:
        return HttpResponseRedirect(f"{reverse('sign-in')}?next={request.path}")
    row, user, now = seen_ticket(request, pk), person(request), timezone.now()
    if not user.is_technician:
        theirs = first_url(
            ("helpdesk:request", "helpdesk:school-ticket", "helpdesk:my-request"), pk
        )
        return HttpResponseRedirect(theirs or reverse("home"))
    known = known_about(row)
    only = request.GET.get("fil", "")
    context = {
        "menu": "queue",
        "ticket": row,
        "row": rows_of([row], now)[0],
        "why": why(row, now),
        "known": known,
        "story": story_of(row, user, only),
        "only": only,
        "filters": [("", _("Tout")), ("messages", _("Messages")), ("mesures", _("Mesures"))],
        "readings": readings_of(known),
        "crumbs": crumbs_of(row),
        "priorities": [p for p in Priority if p != row.priority],
        "resolve_form": ResolveForm(),
        "live": row.state in TicketState.live(),
        "may": may(user, row),
        "site_url": site_url(row.site_id),
        "device_url": device_url(known.device.pk) if known.device else "",
        "live_url": panel_url("supervision:device_live", known),
        "graph_url": panel_url("supervision:device_graph", known, "?etroit"),
        **place_in_queue(request, user, row),
    }
    return render(request, "helpdesk/ticket.html", context)


def panel_url(name: str, known: Known, query: str = "") -> str:
    """A panel of supervision about the ticket's device; empty when it is not supervised."""
    if known.device is None or known.target is None:
        return ""
    url = first_url((name,), known.device.pk)
    return url and url + query


def may(user: User, ticket: Ticket) -> dict[str, Any]:
    """What the person may do, each refused with its reason."""
    answers = {
        "take": can_take(user, ticket),
        "release": can_release(user, ticket),
        "resolve": can_resolve(user, ticket),
    }
    return {
        key: {"yes": bool(answer), "why": answer.why if isinstance(answer, Refused) else ""}
        for key, answer in answers.items()
    }


def crumbs_of(ticket: Ticket) -> list[tuple[str, str | None]]:
    """Province › network › school › site › number."""
    site = ticket.site
    queue = reverse("helpdesk:queue")
    here = site_url(site.pk) or None
    found: list[tuple[str, str | None]] = [
        (str(site.get_province_display()), f"{queue}?province={site.province}"),
        (site.school.get_network_display(), None),
        (site.school.name, here),
    ]
    if site.name:
        found.append((site.name, here))
    return [*found, (number_of(ticket.pk), None)]


def number_of(pk: int) -> str:
    """``48 231`` with narrow spaces."""
    return f"{pk:,}".replace(",", "\u202f")


def readings_of(known: Known) -> list[dict[str, Any]]:
    """The latest events of the device, in words."""
    if known.target is None:
        return []
    events = (
        TargetEvent.objects.filter(target=known.target)
        .select_related("check_row", "trap")
        .order_by("-at", "-id")[: READINGS * 10]
    )
    found: list[dict[str, Any]] = []
    for event in events:
        icon, key, text, sub = event_phrase(event)
        trap = event.kind == EventKind.TRAP
        if trap and found and (found[-1]["trap"], found[-1]["icon"]) == (True, icon):
            found[-1]["more"] += 1  # a switch that starts announces each of its ports
            continue
        found.append(
            {
                "icon": icon,
                "key": key,
                "text": text,
                "sub": sub,
                "at": event.at,
                "trap": trap,
                "more": 0,
            }
        )
    for line in found:
        if line["more"]:
            told = {"text": line["text"], "n": line["more"]}
            line["text"] = (
                ngettext("%(text)s, et %(n)d autre", "%(text)s, et %(n)d autres", line["more"])
                % told
            )
    return found[:READINGS]


def place_in_queue(request: HttpRequest, user: User, ticket: Ticket) -> dict[str, Any]:
    """Where the ticket stands in the list its reader came from: the same parameters as there."""
    asked = parse(request.GET)
    rank, total, previous, following = neighbours(
        tickets_for(user, asked, timezone.now()), asked, ticket
    )
    query = asked.query()
    suffix = f"?{query}" if query else ""

    def url(pk: int | None) -> str:
        return f"{reverse('helpdesk:ticket', args=[pk])}{suffix}" if pk else ""

    return {
        "asked": asked,
        "query": query,
        "view_label": BY_KEY[asked.view].label,
        "back_url": f"{reverse('helpdesk:queue')}{suffix}",
        "rank": rank if rank <= COUNT_AT_MOST else 0,
        "total": total,
        "previous_url": url(previous),
        "next_url": url(following),
    }

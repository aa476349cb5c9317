"""The queue: which tickets deserve attention, in which order; preview, export, new ticket."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from helpdesk.access import ActionRefused
from helpdesk.actions.open_by_hand import open_by_hand
from helpdesk.explaining import why
from helpdesk.forms import NewTicketForm
from helpdesk.listing import (
    NO_CAUSE,
    SORTS,
    STATES,
    VIEWS,
    Asked,
    counts_of,
    ordered,
    page_of,
    parse,
    tickets_for,
)
from helpdesk.models import Comment, Priority, Ticket
from helpdesk.rows import rows_of
from helpdesk.views.doors import person, seen_ticket, technicians_only
from schools.models import Management, Province, Site, User
from schools.searching import sites_q
from schools.sheets import CHUNK, EXPORT_AT_MOST, batches, sheet_response
from schools.words import asked as asked_words
from supervision.models import Service


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a filter's menu."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter: its name, the value in force, the other values."""

    name: str
    value: str
    choices: list[Choice]


@technicians_only
def queue(request: HttpRequest) -> HttpResponse:
    """GET `/file/`."""
    user, now, asked = person(request), timezone.now(), parse(request.GET)
    found = tickets_for(user, asked, now)
    page = page_of(found, asked)
    counts = counts_of(user, now)
    where = asked.query()
    context = {
        "menu": "mine" if asked.view == "les-miens" else "queue",
        "crumbs": crumbs(user, asked),
        "asked": asked,
        "query": where,
        "rows": rows_of(page.tickets, now),
        "page": page,
        "counts": counts,
        "late": counts["hors-delai"],
        "tabs": tabs(asked, counts),
        "chips": chips(asked),
        "sorts": sorts(asked),
        "sort_label": SORTS[asked.sort][0],
        "empty": emptiness(asked),
    }
    return render(request, "helpdesk/queue.html", context)


@technicians_only
def mine(request: HttpRequest) -> HttpResponse:
    """GET `/mes-tickets/`: the saved view that the menu offers."""
    return HttpResponseRedirect(f"{reverse('helpdesk:queue')}?vue=les-miens")


def crumbs(user: User, asked: Asked) -> list[tuple[str, str | None]]:
    """Where the reader stands: the Region or their provinces."""
    scope = user.scope()
    if scope.region:
        top = _("Région wallonne")
    else:
        top = ", ".join(str(Province(p).label) for p in sorted(scope.provinces))
    here = str(Province(asked.province).label) if asked.province else _("Toutes les provinces")
    if not scope.region:
        here = pgettext("queue", "File")
    return [(top, reverse("helpdesk:wall")), (here, None)]


def link(asked: Asked, **changes: str) -> str:
    """The queue with these changes; a change starts over at the first page."""
    query = replace(asked, after="", before="", **changes).query()
    return f"{reverse('helpdesk:queue')}?{query}" if query else reverse("helpdesk:queue")


def tabs(asked: Asked, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The saved views; choosing one keeps the filters but drops a state it would contradict."""
    return [
        {
            "label": view.label,
            "url": link(asked, view=view.key, state=""),
            "on": view.key == asked.view and not asked.state,
            "count": counts.get(view.key) if view.counted else None,
            "hot": view.hot and bool(counts.get(view.key)),
        }
        for view in VIEWS
    ]


def chips(asked: Asked) -> list[Chip]:
    """The filter bar."""
    states = [(key, str(label)) for key, (label, _state) in STATES.items()]
    priorities = [(str(p.value), f"P{p.value} {p.label}") for p in Priority]
    causes = [*((s.value, str(s.label)) for s in Service), (NO_CAUSE, _("Sans cause mesurée"))]
    management = [(m.value, str(m.label)) for m in Management]
    provinces = [(p.value, str(p.label)) for p in Province]
    return [
        _chip(asked, "state", _("État"), states),
        _chip(asked, "priority", _("Priorité"), priorities),
        _chip(asked, "province", _("Province"), provinces),
        _chip(asked, "service", _("Cause"), causes),
        _chip(asked, "management", _("Gestion"), management),
    ]


def _chip(asked: Asked, key: str, name: str, values: list[tuple[str, str]]) -> Chip:
    now = getattr(asked, key)
    choices = [Choice(_("Peu importe"), link(asked, **{key: ""}), not now)]
    choices += [Choice(label, link(asked, **{key: value}), value == now) for value, label in values]
    return Chip(name, dict(values).get(now, ""), choices)


def sorts(asked: Asked) -> list[Choice]:
    """The orders one may choose."""
    return [
        Choice(str(label), link(asked, sort=key), key == asked.sort)
        for key, (label, _columns) in SORTS.items()
    ]


def emptiness(asked: Asked) -> tuple[str, str, str, str]:
    """What, why, where to go and under which word, for a list without rows."""
    if asked.q or asked.filtered:
        bare = reverse("helpdesk:queue")
        return (
            _("Aucun ticket ne correspond."),
            _("Les filtres cachent peut-être ce que vous cherchez."),
            f"{bare}?vue={asked.view}",
            _("Retirer les filtres"),
        )
    words = {
        "a-prendre": _("Aucun ticket à prendre."),
        "les-miens": _("Vous n’avez aucun ticket en cours."),
        "hors-delai": _("Aucun ticket hors délai."),
        "attente": _("Aucun ticket n’attend l’école."),
        "resolus": _("Aucun ticket résolu."),
    }
    what = words.get(asked.view, _("Aucun ticket à traiter."))
    return what, _("Bon travail."), reverse("helpdesk:wall"), _("Voir le mur")


@technicians_only
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/tickets/<pk>/apercu/`: the pane beside the queue."""
    ticket, now = seen_ticket(request, pk), timezone.now()
    last = Comment.objects.filter(ticket=ticket, internal=False).select_related("author").last()
    context = {
        "row": rows_of([ticket], now)[0],
        "ticket": ticket,
        "why": why(ticket, now),
        "last": last,
        "query": request.GET.urlencode(),
    }
    return render(request, "helpdesk/_preview.html", context)


@technicians_only
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/file/export.csv`: the current question, within what the person sees."""
    user, now, asked = person(request), timezone.now(), parse(request.GET)
    found = ordered(tickets_for(user, asked, now), SORTS[asked.sort][1]).select_related(
        "site__school", "assignee", "device__product", "opened_by"
    )[:EXPORT_AT_MOST]
    heads = [_("Ticket"), _("Titre"), _("Priorité"), _("État"), _("Établissement"),
             _("Implantation"), "FASE", _("Province"), _("Cause"), _("Détecté"), _("Ouvert"),
             _("Échéance"), _("Résolu"), _("Mode"), _("Agent")]  # fmt: skip
    rows = (
        _cells(row.ticket, row)
        for batch in batches(found.iterator(chunk_size=CHUNK))
        for row in rows_of(batch, now)
    )
    return sheet_response(request, "tickets", heads, rows, ending=ending, people=True)


def _cells(ticket: Ticket, row: Any) -> list[object]:
    site = ticket.site
    return [
        ticket.pk,
        ticket.title,
        f"P{ticket.priority}",
        row.badge.word,
        site.school.name,
        site.name,
        site.number,
        site.get_province_display(),
        row.cause.text,
        ticket.detected_at,
        ticket.opened_at,
        ticket.due_at,
        ticket.resolved_at,
        ticket.get_resolution_display() if ticket.resolution else "",
        ticket.assignee.full_name if ticket.assignee else "",
    ]


@technicians_only
def new(request: HttpRequest) -> HttpResponse:
    """GET and POST `/file/nouveau/`: write down what somebody says on the phone."""
    user, q = person(request), request.GET.get("q", "").strip()
    chosen = request.POST.get("site") or request.GET.get("site", "")
    seen = Site.objects.visible_to(user).open().select_related("school", "municipality")
    site = seen.filter(pk=chosen).first() if str(chosen).isdecimal() else None
    sites = seen.filter(sites_q(asked_words(q))) if q and site is None else seen
    form = NewTicketForm(
        request.POST or None,
        user=user,
        sites=seen,
        site=site,
        initial={"request_key": uuid.uuid4(), "site": site, "title": request.GET.get("titre", "")},
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            ticket = open_by_hand(by=user, **said)
        except ActionRefused as error:
            form.add_error(None, error.why)
        else:
            return HttpResponseRedirect(reverse("helpdesk:ticket", args=[ticket.pk]))
    context = {
        "menu": "queue",
        "crumbs": [
            (pgettext("queue", "File"), reverse("helpdesk:queue")),
            (_("Nouveau ticket"), None),
        ],
        "form": form,
        "site": site,
        "q": q,
        "sites": list(sites[:12]) if site is None else [],
    }
    return render(request, "helpdesk/new.html", context)

"""Incidents: every confirmed fault, with its ticket; filter, order, export."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.models import Ticket, TicketCause
from helpdesk.rows import tone_of
from helpdesk.views.doors import person, technicians_only
from helpdesk.views.places import site_url
from helpdesk.views.queue import Chip, Choice
from helpdesk.wording import device_kind, short_fault
from schools.models import Province, User
from schools.sheets import CHUNK, EXPORT_AT_MOST, batches, sheet_response
from supervision.models import Incident, IncidentState, Service, Severity

PAGE = 50
STATES = {
    "en-cours": (gettext_lazy("En cours"), Q(state=IncidentState.OPEN, root=None)),
    "consequences": (
        gettext_lazy("Conséquences"),
        Q(root__isnull=False) & ~Q(state=IncidentState.CLOSED),
    ),
    "attente": (gettext_lazy("En attente du parent"), Q(state=IncidentState.HELD)),
    "clos": (gettext_lazy("Clos"), Q(state=IncidentState.CLOSED)),
    "tous": (gettext_lazy("Tous"), Q()),
}
SORTS = {
    "recents": (gettext_lazy("Plus récents"), "-pk"),
    "anciens": (gettext_lazy("Plus anciens"), "pk"),
}
PARAMS = ("etat", "service", "gravite", "province", "q", "tri", "apres")


@dataclass(slots=True)
class Row:
    """One incident of the list."""

    incident: Incident
    tone: str
    kind: str
    text: str
    effects: int
    ticket: Ticket | None
    site_page: str

    @property
    def lasted(self) -> dt.timedelta:
        """How long it lasted, or has lasted so far."""
        return (self.incident.closed_at or timezone.now()) - self.incident.began_at


@dataclass(frozen=True, slots=True)
class Asked:
    """The question in the URL."""

    etat: str = "en-cours"
    service: str = ""
    gravite: str = ""
    province: str = ""
    q: str = ""
    tri: str = "recents"
    apres: str = ""


def parse(get: Any) -> Asked:
    """The question of a URL; unknown values are left out."""
    known: dict[str, Any] = {
        "etat": set(STATES),
        "service": set(Service.values),
        "gravite": {Severity.DOWN.value, Severity.DEGRADED.value},
        "province": set(Province.values),
        "tri": set(SORTS),
    }
    raw = {key: str(get.get(key, "")).strip()[:100] for key in PARAMS}
    return Asked(**{k: v for k, v in raw.items() if v and (k not in known or v in known[k])})


def found_for(user: User, asked: Asked) -> QuerySet[Incident]:
    """The incidents that answer the question, in order."""
    rows = Incident.objects.visible_to(user).filter(STATES[asked.etat][1])
    if asked.service:
        rows = rows.filter(service=asked.service)
    if asked.gravite:
        rows = rows.filter(severity=asked.gravite)
    if asked.province:
        rows = rows.filter(site__province=asked.province)
    for word in asked.q.split()[:6]:
        number = word.rsplit("-", 1)[-1]
        one = (
            Q(device__name__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__municipality__name__unaccent__icontains=word)
        )
        if number.isdecimal() and len(number) < 16:
            one |= Q(pk=int(number))
        rows = rows.filter(one)
    return rows.select_related(
        "device__product",
        "site__school",
        "site__municipality",
        "check_row__target",
        "root__device",
    ).order_by(SORTS[asked.tri][1])


def rows_of(incidents: list[Incident]) -> list[Row]:
    """With their tickets and the number of their consequences: two queries."""
    pks = [incident.pk for incident in incidents]
    causes = TicketCause.objects.filter(incident__in=pks).select_related("ticket__assignee")
    tickets = {cause.incident_id: cause.ticket for cause in causes}
    counts = Incident.objects.filter(root__in=pks).order_by().values_list("root")
    effects = dict(counts.annotate(n=Count("pk")))
    return [
        Row(
            incident=i,
            tone=tone_of(i),
            kind=device_kind(i.device.product.category),
            text=short_fault(i),
            effects=effects.get(i.pk, 0),
            ticket=tickets.get(i.pk),
            site_page=site_url(i.site_id),
        )
        for i in incidents
    ]


@technicians_only
def incidents(request: HttpRequest) -> HttpResponse:
    """GET `/incidents/`."""
    user, asked = person(request), parse(request.GET)
    found = found_for(user, asked)
    page = found
    if asked.apres.isdecimal():
        side = "pk__lt" if asked.tri == "recents" else "pk__gt"
        page = found.filter(**{side: int(asked.apres)})
    rows = list(page[: PAGE + 1])
    more, rows = len(rows) > PAGE, rows[:PAGE]
    context = {
        "menu": "incidents",
        "crumbs": [(_("Mur"), reverse("helpdesk:wall")), (_("Incidents"), None)],
        "asked": asked,
        "rows": rows_of(rows),
        "total": found.count(),
        "next_url": link(asked, apres=str(rows[-1].pk)) if more else "",
        "chips": chips(asked),
        "sorts": [
            Choice(str(label), link(asked, tri=k), k == asked.tri)
            for k, (label, _column) in SORTS.items()
        ],
        "sort_label": SORTS[asked.tri][0],
        "query": query(asked),
    }
    return render(request, "helpdesk/incidents.html", context)


def query(asked: Asked, **changes: str) -> str:
    """The question as a query string."""
    out = QueryDict(mutable=True)
    for key in PARAMS:
        value = changes[key] if key in changes else ("" if key == "apres" else getattr(asked, key))
        if value and value != getattr(Asked(), key):
            out[key] = value
    return out.urlencode()


def link(asked: Asked, **changes: str) -> str:
    """The list with these changes."""
    return f"{reverse('helpdesk:incidents')}?{query(asked, **changes)}"


def chips(asked: Asked) -> list[Chip]:
    """The filter bar."""
    options: list[tuple[str, str, list[tuple[str, str]], bool]] = [
        ("etat", _("État"), [(k, str(label)) for k, (label, _q) in STATES.items()], False),
        ("gravite", _("Gravité"), [("down", _("En panne")), ("degraded", _("Dégradé"))], True),
        ("service", _("Service"), [(s.value, str(s.label)) for s in Service], True),
        ("province", _("Province"), [(p.value, str(p.label)) for p in Province], True),
    ]
    found = []
    for key, name, values, free in options:
        now = getattr(asked, key)
        lines = [Choice(_("Peu importe"), link(asked, **{key: ""}), not now)] if free else []
        lines += [Choice(label, link(asked, **{key: v}), v == now) for v, label in values]
        found.append(Chip(name, dict(values).get(now, ""), lines))
    return found


@technicians_only
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/incidents/export.csv`."""
    found = found_for(person(request), parse(request.GET))[:EXPORT_AT_MOST]
    heads = [_("Incident"), _("Équipement"), _("Fait"), _("Établissement"), _("Implantation"),
             _("Province"), _("Service"), _("Gravité"), _("État"), _("Depuis"), _("Confirmé"),
             _("Clos"), _("Durée (min)"), _("Conséquences"), _("Ticket")]  # fmt: skip
    rows = (
        _cells(row) for batch in batches(found.iterator(chunk_size=CHUNK)) for row in rows_of(batch)
    )
    return sheet_response(request, "incidents", heads, rows, ending=ending)


def _cells(row: Row) -> list[object]:
    i = row.incident
    return [
        i.reference,
        i.device.name,
        row.text,
        i.site.school.name,
        i.site.name,
        i.site.get_province_display(),
        i.get_service_display(),
        i.get_severity_display(),
        i.get_state_display(),
        i.began_at,
        i.confirmed_at,
        i.closed_at,
        round(row.lasted.total_seconds() / 60),
        row.effects,
        row.ticket.pk if row.ticket else None,
    ]

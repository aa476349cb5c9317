"""The queue as a question: which tickets, in which order, from where on. The URL is the state."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from helpdesk.models import CauseRole, Priority, Ticket, TicketCause, TicketState
from schools.models import Community, Management, Province, User
from schools.searching import sites_q
from schools.words import asked as asked_words
from supervision.models import Service

PAGE = 50
COUNT_AT_MOST = 5_000
FAR = dt.datetime(9999, 1, 1, tzinfo=dt.UTC)
DONE = (TicketState.RESOLVED, TicketState.CLOSED)
NO_CAUSE = "aucune"
Tickets = QuerySet[Ticket]


@dataclass(frozen=True, slots=True)
class View:
    """A saved view: a tab of the queue. ``hot``: its count asks for attention."""

    key: str
    label: Any
    test: Callable[[User, dt.datetime], Q]
    hot: bool = False
    counted: bool = True


LIVE = Q(state__in=TicketState.live())
VIEWS: tuple[View, ...] = (
    View("a-traiter", _("À traiter"), lambda u, n: LIVE & ~Q(state=TicketState.WAITING)),
    View("a-prendre", _("À prendre"), lambda u, n: LIVE & Q(assignee=None), hot=True),
    View("les-miens", _("Mes tickets"), lambda u, n: LIVE & Q(assignee=u)),
    View(
        "hors-delai",
        _("Hors délai"),
        lambda u, n: LIVE & Q(paused_at=None, due_at__lt=n),
        hot=True,
    ),
    View("attente", _("En attente de l’école"), lambda u, n: Q(state=TicketState.WAITING)),
    View("ostbelgien", "Ostbelgien", lambda u, n: LIVE & Q(site__school__community=Community.DG)),
    View("resolus", _("Résolus"), lambda u, n: Q(state__in=DONE), counted=False),
)
BY_KEY = {view.key: view for view in VIEWS}

SORTS: dict[str, tuple[Any, tuple[tuple[str, bool], ...]]] = {
    "delai": (_("Délai le plus court"), (("stopped", False), ("due", False), ("pk", False))),
    "priorite": (_("Priorité"), (("priority", False), ("due", False), ("pk", False))),
    "recents": (_("Plus récents"), (("pk", True),)),
    "anciens": (_("Plus anciens"), (("pk", False),)),
    "ecole": (_("École"), (("site__school__name", False), ("site__name", False), ("pk", False))),
}
"""Key → label, and the columns that order the rows (True: descending), the last one unique.

Age is read from the number: ten years of tickets are then walked along their primary key."""

STATES = {
    "nouveau": (_("Nouveau"), TicketState.NEW),
    "en-cours": (_("En cours"), TicketState.IN_PROGRESS),
    "attente": (_("Attend l’école"), TicketState.WAITING),
    "resolu": (_("Résolu"), TicketState.RESOLVED),
    "clos": (_("Clos"), TicketState.CLOSED),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reader asks of the queue, from the URL; nonsense is left out, never an error."""

    view: str = "a-traiter"
    state: str = ""
    priority: str = ""
    province: str = ""
    service: str = ""
    management: str = ""
    q: str = ""
    sort: str = "delai"
    after: str = ""
    before: str = ""

    @property
    def filtered(self) -> bool:
        """Whether anything besides the view narrows the list."""
        return any(
            (self.state, self.priority, self.province, self.service, self.management, self.q)
        )

    def query(self) -> str:
        """The same question as a query string, without the page."""
        query = QueryDict(mutable=True)
        for name, key in PARAMS.items():
            value = getattr(self, key)
            if value and name not in ("apres", "avant") and value != DEFAULTS.get(key):
                query[name] = value
        return query.urlencode()


DEFAULTS = {"view": "a-traiter", "sort": "delai"}
PARAMS = {
    "vue": "view",
    "etat": "state",
    "priorite": "priority",
    "province": "province",
    "cause": "service",
    "gestion": "management",
    "q": "q",
    "tri": "sort",
    "apres": "after",
    "avant": "before",
}


def parse(get: Mapping[str, str]) -> Asked:
    """The question of a URL."""
    raw = {key: str(get.get(name, "")).strip() for name, key in PARAMS.items()}
    known: dict[str, Any] = {
        "view": set(BY_KEY),
        "sort": set(SORTS),
        "state": set(STATES),
        "priority": {str(p.value) for p in Priority},
        "province": set(Province.values),
        "service": {*Service.values, NO_CAUSE},
        "management": set(Management.values),
    }
    kept = {k: v for k, v in raw.items() if v and (k not in known or v in known[k])}
    kept["q"] = kept.get("q", "")[:100]
    if kept.get("view") == "resolus":
        kept.setdefault("sort", "recents")
    return Asked(**kept)


def tickets_for(user: User, asked: Asked, now: dt.datetime) -> Tickets:
    """The tickets that answer a question, in no order."""
    found: Tickets = Ticket.objects.visible_to(user)
    # A search looks everywhere, a state names its own tickets: the tab would only hide them.
    if not asked.state:
        found = found.filter(BY_KEY[asked.view].test(user, now))
    else:
        found = found.filter(state=STATES[asked.state][1])
    if asked.priority:
        found = found.filter(priority=int(asked.priority))
    if asked.province:
        found = found.filter(site__province=asked.province)
    if asked.management:
        found = found.filter(site__management=asked.management)
    if asked.service:
        roots = TicketCause.objects.filter(ticket=OuterRef("pk"), role=CauseRole.ROOT)
        if asked.service == NO_CAUSE:
            found = found.filter(~Exists(roots))
        else:
            found = found.filter(Exists(roots.filter(incident__service=asked.service)))
    return found.filter(search_q(asked.q)) if asked.q else found


def search_q(text: str) -> Q:
    """Every word must be found: in the number, title, school, site, FASE, town or device.

    Accents and capitals do not matter.
    """
    found = Q()
    for word in text.replace("\u202f", "").replace("\u00a0", " ").split()[:6]:
        one = (
            Q(title__unaccent__icontains=word)
            | Q(device__name__icontains=word)
            | Q(device__serial__iexact=word)
        )
        if (folded := asked_words(word)).words:
            one |= sites_q(folded, site="site")
        if word.isdecimal() and len(word) < 16:
            one |= Q(pk=int(word))
        found &= one
    return found


def counts_of(user: User, now: dt.datetime) -> dict[str, int]:
    """How many tickets each counted view holds, in one query over the live ones."""
    tests = {
        v.key.replace("-", "_"): Count("pk", filter=v.test(user, now)) for v in VIEWS if v.counted
    }
    found = Ticket.objects.visible_to(user).open().aggregate(**tests, all=Count("pk"))
    return {key.replace("_", "-"): number for key, number in found.items()}


@dataclass(slots=True)
class Page:
    """One page of the queue and the ways out of it."""

    tickets: list[Ticket] = field(default_factory=list)
    total: int = 0
    many: bool = False
    """There are more than ``total``: nobody waits for an exact count of ten years of tickets."""
    after: str = ""
    """Cursor of the next page; empty on the last one."""
    before: str = ""


def count_of(found: Tickets) -> int:
    """How many tickets, at most one more than ``COUNT_AT_MOST``."""
    return found.order_by()[: COUNT_AT_MOST + 1].count()


def page_of(found: Tickets, asked: Asked, size: int = PAGE) -> Page:
    """The page that the cursor names: rows are sought, never skipped over."""
    columns = SORTS[asked.sort][1]
    backwards = bool(asked.before) and not asked.after
    rows = ordered(found, columns, backwards)
    cursor = _read(asked.before if backwards else asked.after, columns)
    if cursor is not None:
        rows = rows.filter(_beyond(columns, cursor, backwards))
    tickets = list(
        rows.select_related("site__school", "assignee", "device__product", "room", "opened_by")[
            : size + 1
        ]
    )
    more, tickets = len(tickets) > size, tickets[:size]
    if backwards:
        tickets.reverse()
    total = count_of(found)
    page = Page(tickets, total=min(total, COUNT_AT_MOST), many=total > COUNT_AT_MOST)
    if tickets and (more or backwards):
        page.after = _write(tickets[-1], columns)
    if tickets and ((backwards and more) or (cursor is not None and not backwards)):
        page.before = _write(tickets[0], columns)
    return page


def neighbours(
    found: Tickets, asked: Asked, ticket: Ticket
) -> tuple[int, int, int | None, int | None]:
    """Rank of a ticket in the list (0: it is not there), length, and the keys before and after."""
    columns = SORTS[asked.sort][1]
    here = keyed(found).filter(pk=ticket.pk).first()
    if here is None:
        return 0, count_of(found), None, None
    values = [_value(here, name) for name, _down in columns]
    before = ordered(found, columns, True).filter(_beyond(columns, values, True))
    after = ordered(found, columns).filter(_beyond(columns, values))
    rank = count_of(before)
    previous = before.values_list("pk", flat=True).first() if rank else None
    return rank + 1, count_of(found), previous, after.values_list("pk", flat=True).first()


def keyed(found: Tickets) -> Tickets:
    """With the two columns that orders need: is the clock stopped, and the deadline, never null."""
    return found.annotate(
        stopped=Case(
            When(Q(paused_at=None), then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
        due=Coalesce(F("due_at"), Value(FAR)),
    )


def ordered(
    found: Tickets, columns: tuple[tuple[str, bool], ...], backwards: bool = False
) -> Tickets:
    """In the order of the columns."""
    return keyed(found).order_by(
        *(f"{'-' if down != backwards else ''}{name}" for name, down in columns)
    )


def _beyond(columns: tuple[tuple[str, bool], ...], values: list[Any], backwards: bool = False) -> Q:
    """Rows after the cursor: greater on the first column that differs."""
    found, same = Q(), Q()
    for (name, down), value in zip(columns, values, strict=True):
        side = "lt" if down != backwards else "gt"
        found |= same & Q(**{f"{name}__{side}": value})
        same &= Q(**{name: value})
    return found


def _value(ticket: Ticket, name: str) -> Any:
    value: Any = ticket
    for part in name.split("__"):
        value = getattr(value, part)
    return value


def _write(ticket: Ticket, columns: tuple[tuple[str, bool], ...]) -> str:
    values = [_value(ticket, name) for name, _down in columns]
    plain = [v.isoformat() if isinstance(v, dt.datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def _read(cursor: str, columns: tuple[tuple[str, bool], ...]) -> list[Any] | None:
    """The cursor's values; None when somebody wrote it by hand: the list then starts over."""
    if not cursor:
        return None
    try:
        plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [
            parse_datetime(v) if name == "due" else v
            for (name, _down), v in zip(columns, plain, strict=True)
        ]
    except (ValueError, TypeError, binascii.Error):
        return None
    return None if any(v is None for v in values) or not isinstance(plain[-1], int) else values

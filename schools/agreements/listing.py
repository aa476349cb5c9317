"""The list of agreements as a question: which schools, in which order, which page."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schools.models import Consent, ConsentKind, Document, Network, Province, School, Site, User
from schools.models.places import SchoolQuerySet

PAGE = 50
SORTS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ecole": (_("École"), ("name", "pk")),
    "po": (_("Pouvoir organisateur"), ("authority__name", "name", "pk")),
    "date": (_("Date de l’accord"), (F("supervised_on").desc(nulls_last=True), "name", "pk")),
}
"""Key → label, and the columns that order the rows; the last one is unique."""

STATES: dict[str, tuple[Any, Q]] = {
    "complets": (_("Complets"), Q(assisted=True, supervised=True)),
    "manquants": (_("Un accord manque"), Q(assisted=False) | Q(supervised=False)),
    "supervision": (_("Manque la supervision"), Q(supervised=False)),
    "assistance": (_("Manque l’assistance"), Q(assisted=False)),
    "document": (_("Document attendu"), Q(po_without_paper=True) | Q(school_without_paper=True)),
    "retires": (_("Retirés"), Q(revoked=True)),
    "avenir": (_("Commence ou finit bientôt"), Q(to_come=True)),
}
"""Key → label, and which annotated schools it keeps."""


def schools_seen(user: User, today: dt.date) -> SchoolQuerySet:
    """Open schools of the person's scope, with where their agreements stand."""
    mine = Q(school=OuterRef("pk")) | Q(authority=OuterRef("authority"))
    rows = Consent.objects.filter(mine)
    live = Consent.objects.live(today)
    po = live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("authority"))
    school = live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("pk"))
    no_paper = ~Exists(Document.objects.current().filter(consent=OuterRef("pk")))
    counts = Consent.objects.not_over(today).filter(no_paper)
    ended = rows.filter(revoked_on__lte=today)
    sites = Site.objects.open().filter(school=OuterRef("pk")).order_by("pk")
    return (
        School.objects.visible_to(user)
        .open()
        .select_related("authority")
        .annotate(
            assisted=Exists(po),
            supervised=Exists(school),
            supervised_on=Subquery(school.values("given_on")[:1]),
            po_without_paper=Exists(counts.filter(authority=OuterRef("authority"))),
            school_without_paper=Exists(counts.filter(school=OuterRef("pk"))),
            to_come=Exists(rows.filter(Q(given_on__gt=today) | Q(revoked_on__gt=today))),
            ended=Exists(ended),
            province=Subquery(sites.values("province")[:1]),
        )
        .annotate(revoked=Q(ended=True) & (Q(assisted=False) | Q(supervised=False)))
    )


def schools_asked(user: User, query: QueryDict, today: dt.date) -> SchoolQuerySet:
    """The schools that the address bar asks for; an unknown value filters nothing."""
    schools = schools_seen(user, today).filter(search_q(query.get("q", "")))
    state = str(query.get("etat", ""))
    if state in STATES:
        schools = schools.filter(STATES[state][1])
    if query.get("province", "") in Province.values:
        schools = schools.filter(Q(province=query["province"]))
    if query.get("reseau", "") in Network.values:
        schools = schools.filter(network=query["reseau"])
    return schools.order_by(*SORTS[sort_of(query)][1])


def search_q(text: str) -> Q:
    """Every word in the name of the school or of its PO, or a number."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(name__unaccent__icontains=word)
            | Q(authority__name__unaccent__icontains=word)
            | Q(number=word)
        )
    return found


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "ecole"

"""The lists of schools and of organising authorities as questions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import (
    Count,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.counts import last_year, pupils
from schools.filters import Filter, by, narrowed
from schools.finding import matching
from schools.keyset import KEY, Column
from schools.listing import AGREEMENTS, BOTH, CLOSED, PUPILS, by_level, closed_q
from schools.models import (
    Authority,
    Community,
    Consent,
    ConsentKind,
    Level,
    Network,
    Province,
    School,
    SchoolKind,
    Site,
    User,
)
from schools.words import asked

NAME = Column("name")
SCHOOL_SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (_("École"), (NAME, KEY)),
    "numero": (_("Numéro"), (Column("number"), KEY)),
    "reseau": (_("Réseau"), (Column("network"), NAME, KEY)),
    "eleves": (_("Élèves, les plus nombreux d’abord"), (PUPILS, KEY)),
}
AUTHORITY_SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "nom": (_("Nom"), (NAME, KEY)),
    "ecoles": (_("Écoles, les plus nombreuses d’abord"), (Column("schools_open", True, int), KEY)),
    "eleves": (_("Élèves, les plus nombreux d’abord"), (PUPILS, KEY)),
}
CONTACTS = {"avec": _("Avec personne de contact"), "sans": _("Sans personne de contact")}
ASSISTANCE = {"donne": _("Assistance acceptée"), "a-donner": _("Assistance à donner")}


def _by_province(path: str) -> Any:
    return lambda rows, province: rows.filter(
        Exists(Site.objects.open().filter(**{path: OuterRef("pk")}, province=province))
    )


SCHOOL_FILTERS = (
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("network")),
    Filter("province", _("Province"), lambda: Province.choices, _by_province("school")),
    Filter("genre", _("Genre"), lambda: SchoolKind.choices, by("kind")),
    Filter("niveau", _("Niveau"), lambda: Level.choices, by_level("site__school")),
    Filter("communaute", _("Communauté"), lambda: Community.choices, by("community")),
    Filter(
        "contact",
        _("Contact"),
        lambda: [*CONTACTS.items()],
        lambda rows, value: rows.filter(reachable=value == "avec"),
    ),
    Filter(
        "accords",
        _("Accords"),
        lambda: [*AGREEMENTS.items()],
        lambda rows, value: rows.filter(BOTH) if value == "complets" else rows.exclude(BOTH),
    ),
    Filter("fermees", _("Fermées"), lambda: [*CLOSED.items()], lambda rows, value: rows),
)
AUTHORITY_FILTERS = (
    Filter("province", _("Province"), lambda: Province.choices, _by_province("school__authority")),
    Filter(
        "reseau",
        _("Réseau"),
        lambda: Network.choices,
        lambda rows, value: rows.filter(
            Exists(School.objects.open().filter(authority=OuterRef("pk"), network=value))
        ),
    ),
    Filter(
        "assistance",
        _("Accord"),
        lambda: [*ASSISTANCE.items()],
        lambda rows, value: rows.filter(assisted=value == "donne"),
    ),
    Filter("fermees", _("Fermés"), lambda: [*CLOSED.items()], lambda rows, value: rows),
)


def schools_seen(user: User, today: dt.date) -> QuerySet[School]:
    """Schools of the person's scope: agreements in force, and whether somebody can be reached."""
    live = Consent.objects.live(today)
    po = live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("authority"))
    own = live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("pk"))
    lonely = School.objects.filter(pk=OuterRef("pk")).without_contact(today)
    return (
        School.objects.visible_to(user)
        .select_related("authority")
        .annotate(assisted=Exists(po), watched=Exists(own), reachable=~Exists(lonely))
    )


def schools_asked(user: User, query: QueryDict, today: dt.date) -> QuerySet[School]:
    """The schools that the address bar asks for, with their open sites and their pupils."""
    schools = schools_seen(user, today).annotate(
        pupils=pupils("site__school", last_year(), user),
        sites_open=_count(Site.objects.visible_to(user).open(), "school"),
    )
    question = asked(query.get("q", ""))
    if question.text:
        found = matching(question, ("words", "authority__words"))
        towns = Site.objects.filter(matching(question, ("municipality__words",)))
        found |= Q(number__in=question.numbers) | Q(pk__in=towns.values("school"))
        schools = schools.filter(found)
    if (authority := str(query.get("po", ""))).isdecimal() and len(authority) < 19:
        schools = schools.filter(authority=int(authority))
    return narrowed(schools.filter(closed_q(query)), SCHOOL_FILTERS, query)


def without_contact(user: User) -> int:
    """How many open schools nobody speaks for."""
    schools = School.objects.visible_to(user).open()
    return schools.without_contact(timezone.localdate()).count()


def authorities_asked(user: User, query: QueryDict, today: dt.date) -> QuerySet[Authority]:
    """The authorities that the address bar asks for, with their schools, sites and pupils.

    What is counted is what the person sees, so that a school does not learn of its neighbours.
    """
    given = Consent.objects.live(today).filter(
        kind=ConsentKind.ASSISTANCE, authority=OuterRef("pk")
    )
    sites = Site.objects.visible_to(user).open()
    rows = Authority.objects.visible_to(user).annotate(
        assisted=Exists(given),
        schools_open=_count(School.objects.visible_to(user).open(), "authority"),
        sites_open=_count(sites, "school__authority"),
        pupils=pupils("site__school__authority", last_year(), user),
    )
    question = asked(query.get("q", ""))
    if question.text:
        numbers = Q(fase_number__in=question.numbers) | Q(bce_number__in=question.numbers)
        rows = rows.filter(matching(question, ("words",)) | numbers)
    return narrowed(rows.filter(closed_q(query)), AUTHORITY_FILTERS, query)


def _count(rows: QuerySet[Any], path: str) -> Coalesce:
    """How many of ``rows`` belong to each row of the list."""
    kept = rows.filter(**{path: OuterRef("pk")}).order_by().values(path)
    found = kept.annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(found), 0, output_field=IntegerField())


def order_of(query: QueryDict, sorts: dict[str, tuple[Any, tuple[Column, ...]]]) -> str:
    """The order asked for; the first one otherwise."""
    asked_for = str(query.get("tri", ""))
    return asked_for if asked_for in sorts else next(iter(sorts))

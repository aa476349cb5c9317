"""The list of sites as a question: which ones, in which order, from where on."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schools.counts import last_year, pupils
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.models import (
    Consent,
    ConsentKind,
    IseClass,
    Level,
    Management,
    Municipality,
    Network,
    Province,
    Site,
    Teaching,
    User,
)
from schools.models.places import SiteQuerySet
from schools.observed import site_states
from schools.searching import sites_q
from schools.words import asked

PUPILS = Column("pupils", down=True, kind=int)
SCHOOL, TOWN = Column("school__name"), Column("municipality__name")
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (_("École"), (SCHOOL, Column("name"), KEY)),
    "commune": (_("Commune"), (TOWN, SCHOOL, KEY)),
    "province": (_("Province"), (Column("province"), TOWN, KEY)),
    "eleves": (_("Élèves, les plus nombreux d’abord"), (PUPILS, KEY)),
}
"""Key → label, and the columns that order the rows."""

BOTH = Q(assisted=True, watched=True)
AGREEMENTS = {
    "complets": _("Accords complets"),
    "incomplets": _("Accord manquant"),
}
FIBRE_ABOVE = 400
"""Sites with strictly more pupils have priority for fibre (M29)."""
SIZES = {"plus": _("Plus de 400 élèves"), "moins": _("400 élèves ou moins")}
ISE = {
    "1-5": _("Classes 1 à 5"),
    "6-10": _("Classes 6 à 10"),
    "11-15": _("Classes 11 à 15"),
    "16-20": _("Classes 16 à 20"),
}
ON_MAP = {"avec": _("Sur la carte"), "sans": _("Sans coordonnées")}
CLOSED = {"oui": _("Avec les fermées"), "seules": _("Fermées seulement")}


def by_level(path: str) -> Any:
    """Rows where a level is organised today."""
    return lambda rows, level: rows.filter(
        Exists(Teaching.objects.filter(**{path: OuterRef("pk")}, level=level, closed_on=None))
    )


def _by_agreements(rows: Any, value: str) -> Any:
    return rows.filter(BOTH) if value == "complets" else rows.exclude(BOTH)


def _by_size(rows: Any, value: str) -> Any:
    return rows.filter(**{f"pupils__{'gt' if value == 'plus' else 'lte'}": FIBRE_ABOVE})


def _by_ise(rows: Any, value: str) -> Any:
    """The latest class of each site; 3a and 3b are class 3."""
    first, last = (int(n) for n in re.findall(r"\d+", value))
    named = [f"{n}{half}" for n in range(first, last + 1) for half in ("", "a", "b")]
    latest = IseClass.objects.filter(site=OuterRef("pk")).order_by("-year").values("value")[:1]
    return rows.alias(ise=Subquery(latest)).filter(ise__in=named)


FILTERS = (
    Filter("province", _("Province"), lambda: Province.choices, by("province")),
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("school__network")),
    Filter("niveau", _("Niveau"), lambda: Level.choices, by_level("site")),
    Filter(
        "etat",
        _("État"),
        lambda: site_states().choices(),
        lambda rows, state: site_states().only(rows, state),
        states=True,
    ),
    Filter("accords", _("Accords"), lambda: [*AGREEMENTS.items()], _by_agreements),
    Filter("gestion", _("Gestion"), lambda: Management.choices, by("management")),
    Filter("taille", _("Taille"), lambda: [*SIZES.items()], _by_size),
    Filter("ise", _("Classe ISE"), lambda: [*ISE.items()], _by_ise),
    Filter(
        "coordonnees",
        _("Carte"),
        lambda: [*ON_MAP.items()],
        lambda rows, value: rows.filter(latitude__isnull=value == "sans"),
    ),
    Filter("fermees", _("Fermées"), lambda: [*CLOSED.items()], lambda rows, value: rows),
)


def sites_seen(user: User, today: dt.date) -> SiteQuerySet:
    """Sites of the person's scope, closed ones too, with whether each agreement is in force."""
    live = Consent.objects.live(today)
    po = live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("school__authority"))
    school = live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("school"))
    return (
        Site.objects.visible_to(user)
        .select_related("school__authority", "municipality")
        .annotate(assisted=Exists(po), watched=Exists(school))
    )


def sites_asked(user: User, query: QueryDict, today: dt.date, year: int | None = None) -> Any:
    """The sites that the address bar asks for, with their pupils of the last count."""
    counted = last_year() if year is None else year
    sites = sites_seen(user, today).annotate(pupils=pupils("site", counted, user))
    sites = sites.filter(closed_q(query), search_q(query.get("q", "")))
    if (town := str(query.get("commune", ""))).isdecimal():
        sites = sites.filter(municipality=town[:5])
    return narrowed(sites, FILTERS, query)


def closed_q(query: QueryDict) -> Q:
    """Closed places are shown on demand alone."""
    asked_for = query.get("fermees")
    if asked_for == "oui":
        return Q()
    return Q(closed_on__isnull=asked_for != "seules")


def search_q(text: str) -> Q:
    """Every word in the name, school, PO, town, postcode or number."""
    return sites_q(asked(text), authority=True) if text.strip() else Q()


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "ecole"


def town_chosen(user: User, query: QueryDict) -> Municipality | None:
    """The municipality that the list is narrowed to."""
    code = str(query.get("commune", ""))
    return (
        Municipality.objects.visible_to(user).filter(pk=code[:5]).first()
        if code.isdecimal()
        else None
    )

"""The list of sites as a question: which ones, in which order, from where on."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from schools.models import Consent, ConsentKind, Management, Network, Province, Site, User
from schools.models.places import SiteQuerySet
from schools.observed import site_states

PAGE = 50
BOTH = Q(assisted=True, watched=True)
SORTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "ecole": (_("École"), ("school__name", "name", "pk")),
    "commune": (_("Commune"), ("municipality__name", "school__name", "pk")),
    "province": (_("Province"), ("province", "municipality__name", "pk")),
}
"""Key → label, and the columns that order the rows; the last one is unique."""

AGREEMENTS = {
    "complets": _("Accords complets"),
    "incomplets": _("Accord manquant"),
}


def sites_seen(user: User, today: dt.date) -> SiteQuerySet:
    """Open sites of the person's scope, with whether each agreement is in force."""
    live = Consent.objects.live(today)
    po = live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("school__authority"))
    school = live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("school"))
    return (
        Site.objects.visible_to(user)
        .open()
        .select_related("school__authority", "municipality")
        .annotate(assisted=Exists(po), watched=Exists(school))
    )


def sites_asked(user: User, query: QueryDict, today: dt.date) -> SiteQuerySet:
    """The sites that the address bar asks for; an unknown value filters nothing."""
    sites = sites_seen(user, today).filter(search_q(query.get("q", "")))
    for key, path, known in (
        ("province", "province", Province.values),
        ("reseau", "school__network", Network.values),
        ("gestion", "management", Management.values),
    ):
        if query.get(key) in known:
            sites = sites.filter(**{path: query[key]})
    if query.get("accords") == "complets":
        sites = sites.filter(BOTH)
    elif query.get("accords") == "incomplets":
        sites = sites.exclude(BOTH)
    observed = site_states()
    state = str(query.get("etat", ""))
    if state in {key for key, _word in observed.choices()}:
        sites = observed.only(sites, state)
    return sites


def search_q(text: str) -> Q:
    """Every word in the name, school, PO, town, postcode or number."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(name__unaccent__icontains=word)
            | Q(school__name__unaccent__icontains=word)
            | Q(municipality__name__unaccent__icontains=word)
            | Q(school__authority__name__unaccent__icontains=word)
            | Q(postcode=word)
            | Q(number=word)
            | Q(school__number=word)
        )
    return found


def sort_of(query: QueryDict) -> str:
    """The order asked for."""
    return query.get("tri", "") if query.get("tri") in SORTS else "ecole"


def page_of(sites: SiteQuerySet, sort: str, after: str) -> tuple[list[Site], str]:
    """One page from a cursor on, and the cursor of the next page (empty: the last page)."""
    columns = SORTS[sort][1]
    sites = sites.order_by(*columns)
    if (values := _read(after, len(columns))) is not None:
        sites = sites.filter(_beyond(columns, values))
    rows = list(sites[: PAGE + 1])
    if len(rows) <= PAGE:
        return rows, ""
    return rows[:PAGE], _write([_value(rows[PAGE - 1], column) for column in columns])


def _beyond(columns: Sequence[str], values: Sequence[Any]) -> Q:
    """Rows after these values in that order: (a, b, c) > (x, y, z), spelt out."""
    found, equal = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        found |= equal & Q(**{f"{column}__gt": value})
        equal &= Q(**{column: value})
    return found


def _value(site: Site, column: str) -> Any:
    value: Any = site
    for name in column.split("__"):
        value = getattr(value, name)
    return value


def _write(values: list[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


def _read(cursor: str, length: int) -> list[Any] | None:
    """The values of a cursor; None for none, or for one that nobody of ours wrote."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        return None
    good = isinstance(values, list) and len(values) == length and isinstance(values[-1], int)
    return values if good and all(isinstance(v, str) for v in values[:-1]) else None

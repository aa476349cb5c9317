"""The list of differences as a question: which ones, from where on. The newest first."""

from __future__ import annotations

from django.db.models import Q
from django.http import QueryDict

from inventory.models import Difference, DifferenceKind, DifferenceState
from inventory.models.differences import DifferenceQuerySet
from schools.models import Province, Site, User

PAGE = 50
SAFE_Q = Q(kind__in=["version", "ports"]) | Q(kind__in=["serial", "mac"], intended="")
"""``rules.is_safe`` as a question to the database; a test holds the two together."""


def differences_asked(user: User, query: QueryDict) -> DifferenceQuerySet:
    """The differences that the address bar asks for; an unknown value filters nothing."""
    rows = Difference.objects.visible_to(user).filter(search_q(query.get("q", "")))
    state = query.get("etat", "")
    if state in DifferenceState.values:
        rows = rows.filter(state=state)
    elif state != "tout":
        rows = rows.open()
    if query.get("objet") in DifferenceKind.values:
        rows = rows.filter(kind=query["objet"])
    if query.get("province") in Province.values:
        rows = rows.filter(site__province=query["province"])
    if query.get("surs") == "oui":
        rows = rows.filter(SAFE_Q)
    if (site := str(query.get("site", ""))).isdecimal():
        rows = rows.filter(site=int(site))
    return rows


def search_q(text: str) -> Q:
    """Every word in the device's name, what was observed, or the school."""
    found = Q()
    for word in text.split()[:6]:
        found &= (
            Q(device__name__icontains=word)
            | Q(observed_device__name__icontains=word)
            | Q(observed__icontains=word)
            | Q(observed_device__serial__iexact=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
        )
    return found


def page_of(rows: DifferenceQuerySet, after: str) -> tuple[list[Difference], str]:
    """One page after the difference of that key, and the key that the next page starts after."""
    rows = rows.order_by("-first_seen_at", "-pk").select_related(
        "device", "observed_device", "site__school", "decided_by"
    )
    last = Difference.objects.filter(pk=int(after)).first() if after.isdecimal() else None
    if last is not None:
        rows = rows.filter(
            Q(first_seen_at__lt=last.first_seen_at)
            | Q(first_seen_at=last.first_seen_at, pk__lt=last.pk)
        )
    found = list(rows[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def site_chosen(user: User, query: QueryDict) -> Site | None:
    """The site that the list is narrowed to, if the person sees it."""
    key = query.get("site", "")
    if not key.isdecimal():
        return None
    return Site.objects.visible_to(user).select_related("school").filter(pk=int(key)).first()

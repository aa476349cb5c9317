"""Which school a person works at on the pages of equity: the one asked for, else the first."""

from __future__ import annotations

from django.http import HttpRequest

from byod.access.equity.requests import HEAD
from byod.models.people.members import MEMBER_READERS
from schools.models import School, Site, User
from schools.models.scope import scope_of, sites_q


def schools_run_by(user: User) -> list[School]:
    """Schools whose pupils the person may read, by name."""
    sites = Site.objects.filter(sites_q(scope_of(user, MEMBER_READERS)))
    rows = School.objects.filter(pk__in=sites.values("school"))
    return list(rows.select_related("authority").order_by("name", "pk"))


def school_asked(user: User, request: HttpRequest) -> tuple[School | None, list[School]]:
    """The school that ``?ecole=`` names among the person's own; else the first of them."""
    mine = schools_run_by(user)
    told = request.GET.get("ecole", "")
    for one in mine:
        if told == str(one.pk):
            return one, mine
    return (mine[0] if mine else None), mine


def is_head_of(user: User, school: School) -> bool:
    """Whether the person decides for the school."""
    scope = scope_of(user, HEAD)
    return Site.objects.filter(sites_q(scope), school=school).exists()


def keys_in(texts: list[str], most: int = 500) -> list[int]:
    """Keys that a form or an address brings; what is no number is left out."""
    good = (text for text in texts if text.isdecimal() and text.isascii() and len(text) < 18)
    return sorted({int(text) for text in good})[:most]

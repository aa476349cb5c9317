"""Which of their schools a person is looking at: chosen once, kept in the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpdesk.access import require
from helpdesk.access_school import can_report, reason, school_sites
from schools.models import Site, User
from supervision.shown import site_states

KEY = "school_site"
SHOWN = 60
"""Sites on the chooser; a search finds the others."""


def user_of(request: HttpRequest) -> User:
    """The person, whom ``login_required`` has made sure of."""
    assert isinstance(request.user, User)
    return request.user


def current_site(request: HttpRequest) -> Site | None:
    """The site chosen by ``?site=``, else the one kept, else the only one; None: to be chosen."""
    sites = school_sites(user_of(request)).select_related("school__authority", "municipality")
    asked = request.GET.get("site", "")
    if asked.isdecimal() and (site := sites.filter(pk=int(asked)).first()):
        request.session[KEY] = site.pk
        return site
    if asked:
        return None
    if (kept := request.session.get(KEY)) and (site := sites.filter(pk=kept).first()):
        return site
    first = list(sites[:2])
    return first[0] if len(first) == 1 else None


def choose_site(request: HttpRequest) -> HttpResponse:
    """The chooser, or the reason why there is nothing to choose."""
    sites = (
        school_sites(user_of(request))
        .select_related("school", "municipality")
        .order_by("school__name", "name")
    )
    if not sites.exists():
        raise PermissionDenied(
            _("Cette page est celle des écoles. Votre compte n’est lié à aucune école.")
        )
    query = request.GET.get("q", "").strip()
    if query:
        sites = sites.filter(school__name__icontains=query) | sites.filter(name__icontains=query)
    rows = list(sites[: SHOWN + 1])
    states = site_states(site.pk for site in rows[:SHOWN])
    context = {
        "sites": [(site, states[site.pk].state) for site in rows[:SHOWN]],
        "more": len(rows) > SHOWN,
        "query": query,
        "searchable": bool(query) or len(rows) > 12,
    }
    return render(request, "helpdesk/school/choose.html", context)


def context_of(request: HttpRequest, site: Site, menu: str, **extra: Any) -> dict[str, Any]:
    """What every page of a school shows around its own subject."""
    user = user_of(request)
    answer = can_report(user, site)
    return {
        "site": site,
        "menu": menu,
        "may_write": bool(answer),
        "why_not": reason(answer),
        "several": school_sites(user).exclude(pk=site.pk).exists(),
        **extra,
    }


View = Callable[Concatenate[HttpRequest, Site, ...], HttpResponse]


def at_school(view: View) -> Callable[..., HttpResponse]:
    """A page of one school: asks which one when there are several."""

    @login_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        site = current_site(request)
        if site is None:
            return choose_site(request)
        return view(request, site, *args, **kwargs)

    return wrapped


def writers_only(view: View) -> View:
    """Contact and head; others read why not."""

    @wraps(view)
    def wrapped(request: HttpRequest, site: Site, *args: Any, **kwargs: Any) -> HttpResponse:
        require(can_report(user_of(request), site))
        return view(request, site, *args, **kwargs)

    return wrapped

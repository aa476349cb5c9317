"""The list of people, and its export; schools without a contact person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.access import can_list_people, invitations_for, reads_address
from schools.actions.invite_waiting import roles_to_invite
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Province, Role, RoleKind, School, Site, User
from schools.models.places import SchoolQuerySet
from schools.people.doors import managers_only, undo_of
from schools.people.listing import (
    ICONS,
    MARKS,
    PAGE,
    SORTS,
    STATES,
    filter_of,
    people_asked,
    roles_by_person,
    sort_of,
    state_of,
)
from schools.sheets import EXPORT_AT_MOST, sheet_response
from schools.views.doors import user_of

EXPORTED = 10_000
FILTERED = ("q", "role", "province", "situation", "ecole", "po")


@require_GET
@managers_only
def people(request: HttpRequest) -> HttpResponse:
    """GET `/personnes/`."""
    user, today = user_of(request), timezone.localdate()
    asked, sort = people_asked(user, request.GET, today), sort_of(request.GET)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""), PAGE)
    roles = roles_by_person(user, rows, today)
    context = {
        "menu": "people",
        "crumbs": [(_("Personnes"), None)],
        "rows": [_row(user, person, roles.get(person.pk, []), today) for person in rows],
        "total": asked.count(),
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "filters": _filters(request.GET),
        "query": request.GET.get("q", ""),
        "filtered": any(request.GET.get(key) for key in FILTERED),
        "undo": undo_of(request),
        **tabs(user, today),
    }
    return render(request, "schools/people/list.html", context)


def tabs(user: User, today: dt.date) -> dict[str, Any]:
    """The figures beside the tabs of the pages of people."""
    return {
        "bare_schools": bare_schools(user, today).count(),
        "open_invitations": invitations_for(user).open().count(),
        "to_invite": roles_to_invite(user).count(),
    }


def _row(user: User, person: User, roles: list[Role], today: dt.date) -> dict[str, Any]:
    state = state_of(person)
    return {
        "person": person,
        "roles": [(role, role.from_on > today) for role in roles],
        "state": MARKS.get(state, "unknown"),
        "icon": ICONS.get(state, "lock"),
        "word": STATES[state],
        "address": person.email if reads_address(user, person) else "",
    }


def _filters(query: QueryDict) -> list[dict[str, Any]]:
    return [
        filter_of(query, "role", _("Rôle"), list(RoleKind.choices)),
        filter_of(query, "province", _("Province"), list(Province.choices)),
        filter_of(query, "situation", _("État"), list(STATES.items())),
    ]


@require_GET
@managers_only
def export_people(request: HttpRequest, ending: str = "csv") -> StreamingHttpResponse:
    """GET `/personnes/export.csv`, `.xlsx`, `.ods`: the list; the journal keeps who took it."""
    user, today = user_of(request), timezone.localdate()
    asked = people_asked(user, request.GET, today)
    rows = list(in_order(asked, SORTS[sort_of(request.GET)][1])[:EXPORT_AT_MOST])
    heads = [
        _("Nom"),
        _("Adresse électronique"),
        _("Téléphone"),
        _("Rôles"),
        _("État"),
        _("Dernière connexion"),
    ]
    cells = _cells(user, rows, today)
    return sheet_response(request, "personnes", heads, cells, ending=ending, people=True)


def _cells(user: User, rows: list[User], today: dt.date) -> Iterator[list[object]]:
    roles = roles_by_person(user, rows, today)
    for person in rows:
        may = reads_address(user, person)
        seen = timezone.localtime(person.last_login) if person.last_login and may else None
        yield [
            person.full_name,
            person.email if may else "",
            person.phone,
            " ; ".join(str(role) for role in roles.get(person.pk, [])),
            STATES[state_of(person)],
            seen.strftime("%d/%m/%Y %H:%M") if seen else "",
        ]


def bare_schools(user: User, today: dt.date) -> SchoolQuerySet:
    """Open schools of the person's scope that nobody answers for."""
    return School.objects.visible_to(user).open().schools().without_contact(today)


@require_GET
@managers_only
def without_contact(request: HttpRequest) -> HttpResponse:
    """GET `/ecoles/sans-contact/`: where nobody is to be called."""
    user, today = user_of(request), timezone.localdate()
    schools = bare_schools(user, today).select_related("authority")
    for word in request.GET.get("q", "").split()[:6]:
        schools = schools.filter(
            Q(name__unaccent__icontains=word)
            | Q(number=word)
            | Q(authority__name__unaccent__icontains=word)
        )
    province = request.GET.get("province", "")
    if province in Province.values:
        schools = schools.filter(pk__in=Site.objects.filter(province=province).values("school"))
    rows, after = page_of(schools, (Column("name"), KEY), request.GET.get("apres", ""), PAGE)
    heads = _heads_of(user, rows, today)
    towns = _towns_of(rows)
    context = {
        "menu": "people",
        "crumbs": [(_("Personnes"), reverse("schools:people")), (_("Sans contact"), None)],
        "rows": [(row, heads.get(row.pk, []), towns.get(row.pk, "")) for row in rows],
        "total": schools.count(),
        "after": after,
        "filters": [filter_of(request.GET, "province", _("Province"), list(Province.choices))],
        "query": request.GET.get("q", ""),
        "filtered": bool(request.GET.get("q") or province),
        **tabs(user, today),
    }
    return render(request, "schools/people/without_contact.html", context)


def _heads_of(user: User, schools: list[School], today: dt.date) -> dict[int, list[User]]:
    """School → its heads: whom to ask for a name."""
    heads = Role.objects.visible_to(user).live(today).filter(kind=RoleKind.HEAD)
    found: dict[int, list[User]] = {}
    for role in heads.filter(school__in=schools, user__is_active=True).select_related("user"):
        found.setdefault(role.school_id or 0, []).append(role.user)
    return found


def _towns_of(schools: list[School]) -> dict[int, str]:
    sites = Site.objects.open().filter(school__in=schools).select_related("municipality")
    found: dict[int, list[str]] = {}
    for site in sites:
        names = found.setdefault(site.school_id, [])
        if str(site.municipality) not in names:
            names.append(str(site.municipality))
    return {pk: ", ".join(names) for pk, names in found.items()}


@require_GET
@login_required
def bare_count(request: HttpRequest) -> HttpResponse:
    """GET `/ecoles/sans-contact/compte/`: a line for other pages; empty when all is well."""
    user = user_of(request)
    n = bare_schools(user, timezone.localdate()).count() if can_list_people(user) else 0
    return render(request, "schools/people/_bare_count.html", {"n": n})

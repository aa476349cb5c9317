"""Schools: the list, its export, and the page of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.agreements.shown import agreements_of
from schools.counts import last_year, pupils_of
from schools.filters import filtered, shown
from schools.journal import journal_of_school
from schools.keyset import in_order, page_of
from schools.listing_schools import (
    SCHOOL_FILTERS,
    SCHOOL_SORTS,
    order_of,
    schools_asked,
    schools_seen,
    without_contact,
)
from schools.models import Authority, Headcount, Role, RoleKind, School, Site, Teaching, User
from schools.models.scope import scope_of
from schools.observed import site_states
from schools.panels import panels_of
from schools.people_seen import reads_addresses
from schools.pupils_shown import PupilsShown, levels_taught, pupils_shown
from schools.sheets import CHUNK, EXPORT_AT_MOST, sheet_response
from schools.views.doors import user_of


@require_GET
@login_required
def schools(request: HttpRequest) -> HttpResponse:
    """GET `/ecoles/`."""
    user, sort = user_of(request), order_of(request.GET, SCHOOL_SORTS)
    asked = schools_asked(user, request.GET, timezone.localdate())
    rows, after = page_of(asked, SCHOOL_SORTS[sort][1], request.GET.get("apres", ""))
    year = last_year()
    context = {
        "menu": "schools",
        "crumbs": [(_("Écoles"), None)],
        "rows": rows,
        "total": asked.count(),
        "pupils": pupils_of(asked, "site__school", year, user),
        "year": year,
        "lonely": without_contact(user) if scope_of(user).region else 0,
        "after": after,
        "sort": sort,
        "sorts": [(key, label) for key, (label, _columns) in SCHOOL_SORTS.items()],
        "filters": shown(SCHOOL_FILTERS, request),
        "authority": authority_chosen(user, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(SCHOOL_FILTERS, request.GET, "po"),
    }
    return render(request, "schools/schools.html", context)


def authority_chosen(user: User, request: HttpRequest) -> Authority | None:
    """The authority that the list is narrowed to."""
    key = str(request.GET.get("po", ""))
    if not key.isdecimal() or len(key) > 18:
        return None
    return Authority.objects.visible_to(user).filter(pk=int(key)).first()


@require_GET
@login_required
def schools_export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/ecoles/export.csv`: the same filters, the whole list."""
    asked = schools_asked(user_of(request), request.GET, timezone.localdate())
    order = SCHOOL_SORTS[order_of(request.GET, SCHOOL_SORTS)][1]
    rows = in_order(asked, order)[:EXPORT_AT_MOST].iterator(chunk_size=CHUNK)
    heads = [_("École"), _("Type de numéro"), _("Numéro"), _("Genre"), _("Réseau"),
             _("Communauté"), _("Pouvoir organisateur"), _("Implantations"), _("Élèves"),
             _("Assistance"), _("Supervision"), _("Personne de contact"),
             _("Fermée le")]  # fmt: skip
    return sheet_response(request, "ecoles", heads, _cells(rows), ending=ending)


def _cells(rows: Iterable[Any]) -> Iterator[list[object]]:
    for school in rows:
        yield [
            school.name,
            school.get_scheme_display(),
            school.number,
            school.get_kind_display(),
            school.get_network_display(),
            school.get_community_display(),
            school.authority.name,
            school.sites_open,
            school.pupils,
            _("oui") if school.assisted else _("non"),
            _("oui") if school.watched else _("non"),
            _("oui") if school.reachable else _("non"),
            school.closed_on,
        ]


@require_GET
@login_required
def school(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ecoles/<id>/`: identity, sites, pupils, people, agreements, history, panels."""
    user, today = user_of(request), timezone.localdate()
    here = get_object_or_404(schools_seen(user, today).select_related("merged_into"), pk=pk)
    sites = _sites(here, user)
    main, aside = panels_of(getattr(settings, "SCHOOL_PANELS", []), here.pk)
    counted = pupils_of_school(here, user)
    first = next((row["site"] for row in sites if row["site"].closed_on is None), None)
    if first is not None:
        first.school = here
    context = {
        "menu": "schools",
        "crumbs": crumbs_of_school(here, [row["site"] for row in sites]),
        "school": here,
        "sites": sites,
        "rooms": sum(row["rooms"] for row in sites),
        "levels": levels_taught(Teaching.objects.filter(site__school=here), counted),
        "pupils": counted,
        "people": (people := people_of(here, today)),
        "contact_somewhere": any(role.kind == RoleKind.CONTACT for role in people),
        "addresses": reads_addresses(user),
        "agreements": agreements_of(first, user, today) if first else [],
        "agreements_site": first,
        "plan": here.plans.visible_to(user).first(),
        "absorbed": list(School.objects.visible_to(user).filter(merged_into=here)),
        "successor": _successor(here, user),
        "journal": journal_of_school(here, user),
        "panels_main": main,
        "panels_aside": aside,
    }
    return render(request, "schools/school.html", context)


def crumbs_of_school(here: School, sites: list[Site]) -> list[tuple[str, str | None]]:
    """Région › province › PO › école."""
    crumbs: list[tuple[str, str | None]] = [(_("Région"), reverse("schools:schools"))]
    if sites:
        url = f"{reverse('schools:schools')}?province={sites[0].province}"
        crumbs.append((str(sites[0].get_province_display()), url))
    authority = reverse("schools:authority", args=[here.authority_id])
    return [*crumbs, (here.authority.name, authority), (here.name, None)]


def _sites(here: School, user: User) -> list[dict[str, Any]]:
    """The school's sites that the person sees, with their state, pupils and rooms."""
    year = last_year()
    rows = list(
        Site.objects.visible_to(user)
        .filter(school=here)
        .select_related("municipality", "school")
        .annotate(rooms_open=Count("rooms", filter=Q(rooms__closed_on=None)))
        .order_by("closed_on", "name")
    )
    counts: dict[int, int] = {}
    for site, pupils in Headcount.objects.filter(site__in=rows, year=year).values_list(
        "site", "pupils"
    ):
        counts[site] = counts.get(site, 0) + pupils
    states = site_states().states([site.pk for site in rows])
    return [
        {
            "site": site,
            "state": states.get(site.pk, ("unknown", ""))[0],
            "words": states.get(site.pk, ("unknown", ""))[1],
            "pupils": counts.get(site.pk),
            "rooms": site.rooms_open,  # type: ignore[attr-defined]
        }
        for site in rows
    ]


def pupils_of_school(here: School, user: User) -> PupilsShown | None:
    """Pupils by level over the years, of the sites that the person sees."""
    return pupils_shown(Headcount.objects.visible_to(user).filter(site__school=here))


def people_of(here: School, today: dt.date) -> list[Role]:
    """The head, then the contact people of the school and of its sites, in force today."""
    roles = Role.objects.live(today).filter(
        Q(school=here) | Q(site__school=here),
        kind__in=[RoleKind.HEAD, RoleKind.CONTACT],
        user__is_active=True,
    )
    rows = roles.select_related("user", "site").order_by("user__full_name")
    return sorted(rows, key=lambda role: role.kind != RoleKind.HEAD)


def _successor(here: School, user: User) -> School | None:
    """The school that took this one over, if the person sees it."""
    if here.merged_into_id is None:
        return None
    return School.objects.visible_to(user).filter(pk=here.merged_into_id).first()

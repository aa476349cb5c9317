"""For a school: open calls and whether it may take part; its files."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible
from inventory.grants.access.calls.facts import facts_of, verdicts_of
from inventory.grants.access.calls.who import writing_sites
from inventory.grants.actions.calls.start_application import OVER, start_application
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import Call, CallVersion
from inventory.grants.rules.calls.eligibility import Facts, Verdict
from inventory.grants.views.calls.reading import action_url
from inventory.grants.views.calls.shown import PhaseShown, phase_shown, state_shown
from schools.filters import Filter, by, filtered, narrowed, shown
from schools.keyset import KEY, Column, in_order, page_of
from schools.models import Site, User
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

MOST_SITES = 40
"""Sites judged at once; a PO with more chooses among its schools."""


@dataclass
class Chance:
    """A site before a call: the conditions, and the file it has already."""

    site: Site
    verdicts: list[Verdict]
    application: Application | None

    @property
    def eligible(self) -> bool:
        return all(one.holds for one in self.verdicts)

    @property
    def told(self) -> list[tuple[Verdict, str]]:
        """Each condition with the page that helps."""
        return [(one, action_url(one.action, self.site)) for one in self.verdicts]


@dataclass
class CallShown:
    call: Call
    version: CallVersion
    phase: PhaseShown
    chances: list[Chance]


def chances_for(
    call: Call, sites: list[Site], facts: dict[int, Facts], mine: list[Application], on: dt.date
) -> list[Chance]:
    """Whether each site may take part in a call, with the reasons."""
    version = call.current
    assert version is not None  # published
    full = version.per_site
    return [
        Chance(
            site,
            verdicts_of(version.eligibility, facts[site.pk], on),
            _of(mine, call, site) if full else None,
        )
        for site in sites
    ]


def _of(mine: list[Application], call: Call, site: Site) -> Application | None:
    rows = [one for one in mine if one.call_id == call.pk and one.site_id == site.pk]
    return next((one for one in rows if one.state not in OVER), None)


def my_sites(user: User) -> list[Site]:
    rows = writing_sites(user).select_related("school__authority", "municipality")
    return list(rows.order_by("school__name", "name")[:MOST_SITES])


@require_GET
@login_required
def open_calls(request: HttpRequest) -> HttpResponse:
    """GET `/appels/mon-ecole/`: open and announced calls, and whether the school may take part."""
    user, now = user_of(request), timezone.now()
    sites = my_sites(user)
    on = timezone.localdate(now)
    facts = facts_of(sites, on)
    calls = list(
        Call.objects.visible_to(user)
        .published()
        .filter(current__closes_at__gt=now)
        .select_related("current")
        .order_by("current__closes_at", "pk")
    )
    mine = list(Application.objects.visible_to(user).filter(call__in=calls))
    context = {
        "menu": "open_calls",
        "crumbs": [(_("Appels à projets"), None)],
        "sites": sites,
        "calls": [
            CallShown(
                call,
                call.current,
                phase_shown(call, now),
                chances_for(call, sites, facts, mine, on),
            )
            for call in calls
            if call.current
        ],
    }
    return render(request, "grants/calls/open_calls.html", context)


@require_POST
@login_required
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/appels/<id>/commencer/`: ``site`` and ``title``; a double click gives one file."""
    user = user_of(request)
    call = get_object_or_404(Call.objects.visible_to(user).published(), pk=pk)
    key = request.POST.get("site", "")
    seen = Site.objects.visible_to(user).select_related("school")
    site = get_object_or_404(seen, pk=key if key.isdecimal() and len(key) < 19 else 0)
    title = request.POST.get("title", "").strip()
    if not title or len(title) > 160:
        messages.error(request, _("Donnez un titre de 160 caractères au plus."))
        return redirect("grants:open_calls")
    try:
        application = start_application(user, call.pk, site, title, timezone.now())
    except DecisionImpossible as refused:
        messages.error(request, str(refused))
        return redirect("grants:open_calls")
    return redirect("grants:write_application", application.pk)


FILTERS = (
    Filter("etat", gettext_lazy("État"), lambda: ApplicationState.choices, by("state")),
    Filter(
        "appel",
        gettext_lazy("Appel"),
        lambda: [
            (one, one) for one in Call.objects.published().values_list("reference", flat=True)
        ],
        by("call__reference"),
    ),
)
LATEST = (Column("started_at", down=True, moment=True), Column(KEY.path, down=True, kind=int))
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "recents": (gettext_lazy("Les plus récents d’abord"), LATEST),
    "cloture": (
        gettext_lazy("Clôture, la plus proche d’abord"),
        (Column("version__closes_at", moment=True), KEY),
    ),
    "titre": (gettext_lazy("Titre"), (Column("title"), KEY)),
}


@require_GET
@login_required
def my_applications(request: HttpRequest) -> HttpResponse:
    """GET `/dossiers/`: the files of one's schools."""
    user, now = user_of(request), timezone.now()
    asked = _asked(user, request)
    sort = _sort(request)
    rows, after = page_of(asked, SORTS[sort][1], request.GET.get("apres", ""))
    context = {
        "menu": "my_applications",
        "crumbs": [(_("Dossiers"), None)],
        "rows": [(row, state_shown(row, now)) for row in rows],
        "after": after,
        "total": asked.count(),
        "filters": shown(FILTERS, request),
        "query": request.GET.get("q", ""),
        "filtered": filtered(FILTERS, request.GET),
        "sorts": [(key, label) for key, (label, _columns) in SORTS.items()],
        "sort": sort,
    }
    return render(request, "grants/calls/my_applications.html", context)


def _sort(request: HttpRequest) -> str:
    told = request.GET.get("tri", "")
    return told if told in SORTS else "recents"


def _asked(user: User, request: HttpRequest) -> QuerySet[Application]:
    rows = Application.objects.visible_to(user).select_related(
        "site__school", "call", "version", "submitted_by"
    )
    return narrowed(search(rows, request.GET.get("q", "")), FILTERS, request.GET)


def search(rows: QuerySet[Application], words: str) -> QuerySet[Application]:
    """By reference, title, school, site or its number."""
    for word in words.replace("\x00", "").split()[:6]:
        rows = rows.filter(
            Q(reference__icontains=word)
            | Q(title__unaccent__icontains=word)
            | Q(site__name__unaccent__icontains=word)
            | Q(site__school__name__unaccent__icontains=word)
            | Q(site__number=word)
            | Q(site__school__number=word)
        )
    return rows


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/dossiers/export.csv`: the same filters, the whole list."""
    heads = [
        *(_("Référence"), _("Titre"), _("Appel"), _("Implantation"), _("État")),
        *(_("Montant"), _("Commencé le"), _("Envoyé le")),
    ]
    rows = in_order(_asked(user_of(request), request), SORTS[_sort(request)][1])
    cells = (
        [
            *(row.reference, row.title, row.call.reference, str(row.site)),
            *(row.get_state_display(), row.amount, row.started_at, row.submitted_at),
        ]
        for row in rows.iterator(chunk_size=500)
    )
    return sheet_response(request, "dossiers", heads, cells, ending=ending)


urlpatterns: list[URLPattern] = [
    path("appels/mon-ecole/", open_calls, name="open_calls"),
    path("appels/<int:pk>/commencer/", start, name="start_application"),
    path("dossiers/", my_applications, name="my_applications"),
    *sheet_paths("dossiers/export", export, "my_applications_export"),
]

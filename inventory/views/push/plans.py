"""Planned changes: the list, its export, and what a site's page shows of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from inventory.access.push import can_prepare
from inventory.listing_push import FILTERS, NEWEST, plans_asked, site_chosen, with_counts
from inventory.models import PushPlan, PushState, PushStep
from inventory.push_words import plan_badge
from inventory.rules.push import LIVE
from schools.filters import filtered, shown
from schools.keyset import page_of
from schools.models import Site
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

EXPORTED = 20_000
SHOWN = 5
COMING = [PushState.APPROVED, *sorted(LIVE), PushState.RETURNING]


@require_GET
@login_required
def push_plans(request: HttpRequest) -> HttpResponse:
    """GET `/configurations/plans/`."""
    user = user_of(request)
    asked = plans_asked(user, request.GET)
    rows, after = page_of(with_counts(asked), NEWEST, request.GET.get("apres", ""))
    context = {
        "menu": "push",
        "crumbs": [(_("Changements"), None)],
        "rows": [(row, plan_badge(row)) for row in rows],
        "total": asked.count(),
        "after": after,
        "filters": shown(FILTERS, request),
        "filtered": filtered(FILTERS, request.GET, "site"),
        "chosen_site": site_chosen(user, request.GET),
        "query": request.GET.get("q", ""),
        "may_prepare": bool(can_prepare(user)),
    }
    return render(request, "inventory/push/plans.html", context)


@require_GET
@login_required
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """GET `/configurations/plans/export.csv`: the same filters, the whole list."""
    asked = with_counts(plans_asked(user_of(request), request.GET))
    heads = [
        *(_("Objet"), _("Motif"), _("Modèle"), _("État"), _("Implantations"), _("Équipements")),
        *(_("Écrits"), _("Préparé par"), _("Préparé le"), _("Décidé par"), _("Échéance")),
    ]
    rows = _cells(asked.order_by("-made_at", "-pk")[:EXPORTED])
    return sheet_response(request, "changements", heads, rows, ending=ending)


def _cells(rows: Iterable[PushPlan]) -> Iterator[list[object]]:
    for row in rows:
        yield [
            *(row.title, row.why, str(row.template_version), row.get_state_display()),
            *(row.sites, row.devices, row.written),  # type: ignore[attr-defined]
            *(row.author, row.made_at, row.decided_by or "", row.expires_at),
        ]


@require_GET
@login_required
def site_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """The panel of a site's page. A school reads that a change is planned, and when it was made;
    technicians also reach the plan."""
    user = user_of(request)
    site = get_object_or_404(Site.objects.visible_to(user), pk=pk)
    told = [*COMING, PushState.DONE, *([PushState.STOPPED] if user.is_technician else [])]
    steps = PushStep.objects.filter(site=site, plan__state__in=told)
    steps = steps.exclude(state__in=["skipped", "blocked", "dropped"])
    plans: dict[int, list[PushStep]] = {}
    related = ("plan__template_version__template", "device")
    for step in steps.select_related(*related).order_by("-plan", "pk")[:200]:
        plans.setdefault(step.plan_id, []).append(step)
    rows = [
        (mine[0].plan, plan_badge(mine[0].plan), len(mine)) for mine in list(plans.values())[:SHOWN]
    ]
    context = {"site": site, "rows": rows, "opens": user.is_technician}
    return render(request, "inventory/push/_site_changes.html", context)


urlpatterns: list[URLPattern] = [
    path("configurations/plans/", push_plans, name="push_plans"),
    *sheet_paths("configurations/plans/export", export, "push_plans_export"),
    path("implantations/<int:pk>/changements/", site_changes, name="site_changes"),
]

"""The strategy of a school: its versions and next step, one version, two compared, its paper."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from byod.access.strategy.strategies import (
    can_approve_strategy,
    can_choose_pilots,
    can_open_review,
    can_submit_strategy,
    can_write_strategy,
    is_secondary,
)
from byod.actions.strategy.decide import gaps_of
from byod.actions.strategy.deploy import needed_for
from byod.actions.strategy.start import sources_for
from byod.forms.strategy.papers import StrategyPaperForm
from byod.indicators import k9
from byod.models.strategy.settled import StrategyPilot
from byod.models.strategy.strategies import Strategy, StrategyPaper, StrategyState
from byod.paper_strategy import strategy_pdf
from byod.rules.strategy.standing import Standing, look_of, standing_of
from byod.strategies_read import changes_between, needs_shown, parts_of
from schools.models import School, Site, User
from schools.rules import Refused
from schools.views.doors import user_of

Crumbs = list[tuple[str, str | None]]


def crumbs_of(strategy: Strategy, *more: str) -> Crumbs:
    """Strategies › school › version › …"""
    school = reverse("byod:school_strategy", args=[strategy.school_id])
    here = _("version %(n)d") % {"n": strategy.version}
    first: Crumbs = [
        (_("Stratégies BYOD"), reverse("byod:strategies")),
        (strategy.school.name, school),
    ]
    if not more:
        return [*first, (here, None)]
    return [*first, (here, reverse("byod:strategy", args=[strategy.pk])), (more[0], None)]


def school_seen(request: HttpRequest, pk: int) -> School:
    """A school within the person's scope, or 404."""
    seen = School.objects.visible_to(user_of(request)).select_related("authority")
    return get_object_or_404(seen, pk=pk)


def strategy_seen(request: HttpRequest, pk: int) -> Strategy:
    """A version that the person may see, or 404."""
    seen = Strategy.objects.visible_to(user_of(request)).select_related(
        "school__authority", "submitted_by", "decided_by", "deployed_by"
    )
    return get_object_or_404(seen, pk=pk)


def standing_in(versions: list[Strategy]) -> Standing:
    """Where a school stands by its versions, the latest first."""
    deployed = next((one for one in versions if one.state == StrategyState.DEPLOYED), None)
    latest = versions[0] if versions else None
    shown = deployed if deployed and not _is_submitted(latest) else latest
    if shown is None:
        return Standing.NONE
    effective = Strategy.objects.effective().filter(pk=shown.pk).exists()
    in_review = shown.reviews.filter(closed_at=None).exists()
    return standing_of(shown.state, effective=effective, in_review=in_review)


def _is_submitted(latest: Strategy | None) -> bool:
    return latest is not None and latest.state == StrategyState.SUBMITTED


def state_look(strategy: Strategy) -> tuple[str, str, str]:
    """Colour, icon and word of one version, whatever became of it."""
    if strategy.state == StrategyState.SUPERSEDED:
        return "unknown", "history", str(StrategyState.SUPERSEDED.label)
    return *look_of(strategy.state)[:2], strategy.get_state_display()


def of_school(user: User, school: School) -> dict[str, Any]:
    """What the page and the panel of a school both tell."""
    versions = list(
        Strategy.objects.visible_to(user)
        .filter(school=school)
        .select_related("submitted_by", "decided_by", "deployed_by", "school__authority")
    )
    deployed = next((one for one in versions if one.state == StrategyState.DEPLOYED), None)
    write = can_write_strategy(user, school)
    return {
        "school": school,
        "versions": versions,
        "latest": versions[0] if versions else None,
        "deployed": deployed,
        "look": look_of(standing_in(versions)),
        "secondary": is_secondary(school),
        "may_write": bool(write),
        "why_not": write.why if isinstance(write, Refused) else "",
        "pilot": StrategyPilot.objects.live().filter(school=school).first(),
    }


@require_GET
@login_required
def school_strategy(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/strategies/ecoles/<id>/`: where the school stands, the next step, its versions."""
    user, school = user_of(request), school_seen(request, pk)
    told = of_school(user, school)
    latest, deployed = told["latest"], told["deployed"]
    review = deployed.reviews.filter(closed_at=None).first() if deployed else None
    context = told | {
        "menu": "strategies",
        "crumbs": [(_("Stratégies BYOD"), reverse("byod:strategies")), (school.name, None)],
        "rows": [
            (one, state_look(one), former)
            for one, former in zip_longest(told["versions"], told["versions"][1:])
        ],
        "gaps": gaps_of(latest) if latest and latest.state == StrategyState.DRAFT else [],
        "may_submit": bool(can_submit_strategy(user, school)),
        "may_approve": bool(latest and can_approve_strategy(user, latest)),
        "may_review": bool(deployed and can_open_review(user, deployed)),
        "review": review,
        "officer": bool(can_choose_pilots(user)),
        "needs": needs_shown(needed_for(school), school.pk),
        "sources": sources_for(school) if told["may_write"] and not latest else [],
        "k9": k9(Site.objects.filter(school=school)),
    }
    return render(request, "byod/strategy/school.html", context)


@require_GET
@login_required
def strategy_panel(request: HttpRequest, pk: int) -> HttpResponse:
    """On the page of the school."""
    return render(
        request, "byod/strategy/_panel.html", of_school(user_of(request), school_seen(request, pk))
    )


@require_GET
@login_required
def strategy(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/strategies/<id>/`: one version, to read, print, hand in, approve or deploy."""
    user, here = user_of(request), strategy_seen(request, pk)
    draft = here.state == StrategyState.DRAFT
    parts = parts_of(here)
    approve = can_approve_strategy(user, here)
    former = (
        Strategy.objects.visible_to(user)
        .filter(school=here.school_id, version__lt=here.version)
        .first()
    )
    context = {
        "menu": "strategies",
        "crumbs": crumbs_of(here),
        "strategy": here,
        "look": state_look(here),
        "parts": parts,
        "missing": [one for part in parts for one in part.missing] if draft else [],
        "former": former,
        "may_write": draft and bool(can_write_strategy(user, here.school)),
        "may_submit": bool(can_submit_strategy(user, here.school)),
        "may_approve": bool(approve),
        "why_not": approve.why if isinstance(approve, Refused) else "",
        "needs": needs_shown(needed_for(here.school), here.school_id),
        "ready": all(one.there for one in needed_for(here.school)),
        "papers": here.papers.all(),
        "paper_form": StrategyPaperForm(),
        "reviews": here.reviews.select_related("opened_by", "closed_by"),
    }
    return render(request, "byod/strategy/strategy.html", context)


@require_GET
@login_required
def compare_strategies(request: HttpRequest, pk: int, other: int) -> HttpResponse:
    """GET `/strategies/<id>/comparer/<other>/`: what changed since the other version."""
    here = strategy_seen(request, pk)
    seen = Strategy.objects.visible_to(user_of(request)).filter(school=here.school_id)
    former = get_object_or_404(seen, pk=other)
    old, new = sorted((former, here), key=lambda version: version.version)
    sections = changes_between(old, new)
    context = {
        "menu": "strategies",
        "crumbs": crumbs_of(here, _("différences")),
        "plan": new,
        "former": old,
        "sections": sections,
        "changed": sum(section.is_changed for section in sections),
    }
    return render(request, "schools/plans/compare.html", context)


@require_GET
@login_required
def strategy_document(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/strategies/<id>/document.pdf`: the version on paper."""
    here = strategy_seen(request, pk)
    response = HttpResponse(strategy_pdf(here, parts_of(here)), content_type="application/pdf")
    name = f"strategie-byod-{here.school.number}-v{here.version}.pdf"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    return response


@require_GET
@login_required
def strategy_paper(request: HttpRequest, pk: int, paper: int) -> FileResponse:
    """What accompanies a version, as a download."""
    row = get_object_or_404(StrategyPaper, pk=paper, strategy=strategy_seen(request, pk))
    return FileResponse(
        row.file.open("rb"), as_attachment=True, filename=row.name, content_type=row.content_type
    )


urlpatterns: list[URLPattern] = [
    path("strategies/ecoles/<int:pk>/", school_strategy, name="school_strategy"),
    path("strategies/ecoles/<int:pk>/panneau/", strategy_panel, name="strategy_panel"),
    path("strategies/<int:pk>/", strategy, name="strategy"),
    path(
        "strategies/<int:pk>/comparer/<int:other>/", compare_strategies, name="compare_strategies"
    ),
    path("strategies/<int:pk>/document.pdf", strategy_document, name="strategy_document"),
    path("strategies/<int:pk>/documents/<int:paper>/", strategy_paper, name="strategy_paper"),
]

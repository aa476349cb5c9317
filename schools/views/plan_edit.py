"""Writing a draft: each answer saves itself; two editors at once are asked, never overruled."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from schools.access import DecisionRefused, can_write_plan, require
from schools.actions.write_plan import SiteWords, write_answer, write_site
from schools.actions.write_together import (
    WrittenMeanwhile,
    chosen_of,
    revision_of,
    settled_text,
)
from schools.agreements.plan_reading import Part, parts_of
from schools.forms.agreements import PaperForm, SiteForm
from schools.models import Document, PlanAnswer, PlanSite, PlanState, Site, TransitionPlan
from schools.models.written import WrittenAnswer
from schools.views.doors import user_of
from schools.views.plans import crumbs_of, menu_of, plan_seen


@require_GET
@login_required
def write_plan(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/plans/<id>/rediger/`: the questions, section by section."""
    plan = plan_seen(request, pk)
    require(can_write_plan(user_of(request), plan.school))
    if plan.state != PlanState.DRAFT:
        return redirect("schools:plan", pk)
    return render(request, "schools/plans/write.html", _page(request, plan))


def _page(request: HttpRequest, plan: TransitionPlan, **more: Any) -> dict[str, Any]:
    parts = parts_of(plan, all_sites=True)
    return {
        "menu": menu_of(request),
        "crumbs": crumbs_of(plan, _("rédiger")),
        "plan": plan,
        "parts": parts,
        "papers": Document.objects.visible_to(user_of(request)).filter(plan=plan),
        "paper_form": PaperForm(),
        **_progress(parts),
        **more,
    }


def _progress(parts: list[Part]) -> dict[str, Any]:
    return {"parts": parts, "missing": sum(len(part.missing) for part in parts)}


@require_POST
@login_required
def answer(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """Save one answer, or decide between two."""
    plan_seen(request, pk)
    body, revision = request.POST.get("body", ""), revision_of(request.POST.get("revision", ""))
    choice, seen = chosen_of(request.POST.get("keep", ""))
    try:
        if choice:
            body, revision = _chosen_body(request, pk, question, choice, body), seen
        row = write_answer(user_of(request), pk, question, body, revision)
    except WrittenMeanwhile as meanwhile:
        return _conflict(request, pk, f"q-{question}", meanwhile.row, mine=body)
    except DecisionRefused as refused:
        return _refused(request, pk, f"q-{question}", str(refused), mine=body)
    return _saved(request, pk, f"q-{question}", row, show=bool(choice))


def _chosen_body(request: HttpRequest, pk: int, question: str, choice: str, mine: str) -> str:
    """The text that the person decided on."""
    theirs = (
        PlanAnswer.objects.filter(plan__in=TransitionPlan.objects.visible_to(user_of(request)))
        .filter(plan=pk, question=question)
        .values_list("body", flat=True)
        .first()
    ) or ""
    return settled_text(choice, mine, theirs)


@require_POST
@login_required
def site_answer(request: HttpRequest, pk: int, site: int) -> HttpResponse:
    """Save what is said of one site, or decide between two."""
    plan = plan_seen(request, pk)
    get_object_or_404(Site.objects.visible_to(user_of(request)), pk=site, school=plan.school_id)
    form, part = SiteForm(request.POST), f"s-{site}"
    require(can_write_plan(user_of(request), plan.school))
    if not form.is_valid():
        return _refused(request, pk, part, _("Cette date ne se lit pas. Écrivez jj/mm/aaaa."))
    words = SiteWords(**form.cleaned_data)
    revision = revision_of(request.POST.get("revision", ""))
    choice, seen = chosen_of(request.POST.get("keep", ""))
    try:
        if choice:
            words, revision = _chosen_words(plan, site, choice, words), seen
        row = write_site(user_of(request), pk, site, words, revision)
    except WrittenMeanwhile as meanwhile:
        return _conflict(request, pk, part, meanwhile.row, mine="")
    except DecisionRefused as refused:
        return _refused(request, pk, part, str(refused))
    return _saved(request, pk, part, row, show=bool(choice))


def _chosen_words(plan: TransitionPlan, site: int, choice: str, mine: SiteWords) -> SiteWords:
    row = plan.plan_sites.filter(site=site).first()
    if row is None or choice == "mine":
        return mine
    if choice == "theirs":
        return SiteWords(row.asks, row.existing, row.rooms, row.wanted_on)
    return SiteWords(
        mine.asks if mine.asks is not None else row.asks,
        f"{row.existing}\n\n{mine.existing}".strip(),
        f"{row.rooms}\n\n{mine.rooms}".strip(),
        mine.wanted_on or row.wanted_on,
    )


def _saved(
    request: HttpRequest, pk: int, part: str, row: PlanAnswer | PlanSite, *, show: bool
) -> HttpResponse:
    """Say it is saved, hand over the new revision, and the text when it is not what was typed."""
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('schools:write_plan', args=[pk])}#{part}")
    plan = plan_seen(request, pk)
    context = {"part": part, "row": row, "show": show, "plan": plan}
    context |= _progress(parts_of(plan, all_sites=True))
    return render(request, "schools/plans/_saved.html", context)


def _conflict(
    request: HttpRequest, pk: int, part: str, row: WrittenAnswer | PlanSite, mine: str
) -> HttpResponse:
    """Both texts side by side; what was typed stays in its field."""
    context: dict[str, Any] = {"part": part, "row": row, "mine": mine}
    if request.headers.get("HX-Request"):
        return render(request, "schools/plans/_conflict.html", context)
    page = _page(request, plan_seen(request, pk), conflict=part, conflict_row=row, mine=mine)
    return render(request, "schools/plans/write.html", page, status=409)


def _refused(request: HttpRequest, pk: int, part: str, why: str, mine: str = "") -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "schools/plans/_not_saved.html", {"why": why, "part": part})
    page = _page(request, plan_seen(request, pk), refused=part, why=why, mine=mine)
    return render(request, "schools/plans/write.html", page, status=422)

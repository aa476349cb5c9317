"""Writing a draft: each answer saves itself; two editors at once are asked, never overruled."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from byod.access.strategy.strategies import StrategyImpossible, can_write_strategy, require
from byod.actions.strategy.write import write_answer
from byod.forms.strategy.papers import StrategyPaperForm
from byod.models.strategy.strategies import Strategy, StrategyAnswer, StrategyState
from byod.strategies_read import parts_of
from byod.views.strategy.school import crumbs_of, strategy_seen
from schools.actions.write_together import (
    WrittenMeanwhile,
    chosen_of,
    revision_of,
    settled_text,
)
from schools.models import PlanSite
from schools.models.written import WrittenAnswer
from schools.views.doors import user_of


@require_GET
@login_required
def write_strategy(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/strategies/<id>/rediger/`: the questions, section by section."""
    strategy = strategy_seen(request, pk)
    require(can_write_strategy(user_of(request), strategy.school))
    if strategy.state != StrategyState.DRAFT:
        return redirect("byod:strategy", pk)
    return render(request, "byod/strategy/write.html", _page(strategy))


def _page(strategy: Strategy, **more: Any) -> dict[str, Any]:
    return {
        "menu": "strategies",
        "crumbs": crumbs_of(strategy, _("rédiger")),
        "strategy": strategy,
        "papers": strategy.papers.all(),
        "paper_form": StrategyPaperForm(),
        **_progress(strategy),
        **more,
    }


def _progress(strategy: Strategy) -> dict[str, Any]:
    parts = parts_of(strategy)
    return {"parts": parts, "missing": sum(len(part.missing) for part in parts)}


@require_POST
@login_required
def strategy_answer(request: HttpRequest, pk: int, question: str) -> HttpResponse:
    """Save one answer, or decide between two."""
    strategy = strategy_seen(request, pk)
    body, revision = request.POST.get("body", ""), revision_of(request.POST.get("revision", ""))
    choice, seen = chosen_of(request.POST.get("keep", ""))
    if choice:
        body, revision = settled_text(choice, body, _theirs(strategy, question)), seen
    try:
        row = write_answer(user_of(request), pk, question, body, revision)
    except WrittenMeanwhile as meanwhile:
        return _conflict(request, strategy, f"q-{question}", meanwhile.row, body)
    except StrategyImpossible as refused:
        return _refused(request, strategy, f"q-{question}", str(refused), body)
    return _saved(request, strategy, row, show=bool(choice))


def _theirs(strategy: Strategy, question: str) -> str:
    row = strategy.answers.filter(question=question).first()
    return row.body if row else ""


def _is_live(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request"))


def _saved(
    request: HttpRequest, strategy: Strategy, row: StrategyAnswer, *, show: bool
) -> HttpResponse:
    """Say it is saved, hand over the new revision, and the text when it is not what was typed."""
    part = f"q-{row.question}"
    if not _is_live(request):
        return redirect(f"{reverse('byod:write_strategy', args=[strategy.pk])}#{part}")
    context = {"part": part, "row": row, "show": show, "strategy": strategy}
    return render(request, "byod/strategy/_saved.html", context | _progress(strategy))


def _conflict(
    request: HttpRequest, strategy: Strategy, part: str, row: WrittenAnswer | PlanSite, mine: str
) -> HttpResponse:
    """Both texts side by side; what was typed stays in its field."""
    if _is_live(request):
        return render(request, "schools/plans/_conflict.html", {"part": part, "row": row})
    page = _page(strategy, conflict=part, conflict_row=row, mine=mine)
    return render(request, "byod/strategy/write.html", page, status=409)


def _refused(
    request: HttpRequest, strategy: Strategy, part: str, why: str, mine: str
) -> HttpResponse:
    if _is_live(request):
        return render(request, "schools/plans/_not_saved.html", {"why": why, "part": part})
    page = _page(strategy, refused=part, why=why, mine=mine)
    return render(request, "byod/strategy/write.html", page, status=422)


urlpatterns: list[URLPattern] = [
    path("strategies/<int:pk>/rediger/", write_strategy, name="write_strategy"),
    path("strategies/<int:pk>/reponses/<slug:question>/", strategy_answer, name="strategy_answer"),
]

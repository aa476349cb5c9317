"""One stored list: its inputs, its hashes, made again on demand; and its adoption."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.review import can_adopt, can_review_calls
from inventory.grants.actions.review.adopt_ranking import Condition, adopt_ranking
from inventory.grants.actions.review.make_run import rerun
from inventory.grants.models.review.rankings import RankingRun, RunKind
from inventory.grants.rules.review.inputs import read_rules
from inventory.grants.views.review.ranking_shown import lines_of
from inventory.grants.views.review.rankings import figures_of
from inventory.grants.views.review.trials_shown import shown_trial
from schools.models import User
from schools.rules import Refused
from schools.views.doors import user_of

CONDITIONS_AT_MOST = 6


def run_of(user: User, pk: int) -> RankingRun:
    rows = RankingRun.objects.visible_to(user).select_related("call__current", "version")
    return get_object_or_404(rows, pk=pk)


@require_GET
@login_required
def stored(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/classements/listes/<run>/`: what it was made of."""
    user = user_of(request)
    found = run_of(user, pk)
    context = {
        "menu": "rankings",
        "crumbs": _crumbs(found, None),
        "run": found,
        "call": found.call,
        "rules": read_rules(found.inputs["rules"]),
        "files": len(found.inputs["files"]),
        "reviews": sum(len(one["reviews"]) for one in found.inputs["files"]),
        "trial": shown_trial(found),
        "made": None,
    }
    return render(request, "grants/review/run.html", context)


def _crumbs(found: RankingRun, here: str | None) -> list[tuple[str, str | None]]:
    crumbs: list[tuple[str, str | None]] = [
        (_("Classement"), reverse("grants:rankings")),
        (found.call.reference, reverse("grants:ranking", args=[found.call_id])),
    ]
    name = _("Liste %(number)d") % {"number": found.number}
    if here is None:
        return [*crumbs, (name, None)]
    return [*crumbs, (name, reverse("grants:ranking_run", args=[found.pk])), (here, None)]


@require_POST
@login_required
def again(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/classements/listes/<run>/refaire/`: the list from its stored inputs again."""
    user = user_of(request)
    require(can_review_calls(user))
    found = run_of(user, pk)
    made = rerun(found)
    told = {"n": made.files, "hash": made.result_sha256[:12]}
    if made.same:
        messages.success(
            request,
            _("Refait à partir des données gardées\u00a0: %(n)d dossiers, même empreinte %(hash)s…")
            % told,
        )
    else:
        messages.error(
            request,
            _("La liste refaite diffère\u00a0: empreinte %(hash)s… Prévenez l’exploitation.")
            % told,
        )
    return redirect("grants:ranking_run", pk)


@require_http_methods(["GET", "POST"])
@login_required
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """`/classements/listes/<run>/adopter/`: what follows, conditions, then every decision."""
    user = user_of(request)
    found = run_of(user, pk)
    answer = can_adopt(user, found.call)
    if request.method == "POST":
        require(answer)
        try:
            made = adopt_ranking(user, pk, _conditions(request), timezone.now())
        except DecisionImpossible as refused:
            messages.error(request, str(refused))
            return redirect("grants:adopt_ranking", pk)
        told = ngettext("%(n)d décision prise.", "%(n)d décisions prises.", len(made))
        messages.success(request, told % {"n": len(made)})
        return redirect(f"{reverse('grants:decisions')}?appel={found.call.reference}")
    lines = lines_of(found, user)
    context: dict[str, Any] = {
        "menu": "rankings",
        "crumbs": _crumbs(found, _("Adopter")),
        "run": found,
        "call": found.call,
        "figures": figures_of(found, lines),
        "funded": [line for line in lines if line.funded],
        "counts": {
            key: sum(1 for line in lines if line.outcome == key)
            for key in ("reserve", "refused", "invalid", "pending")
        },
        "slots": range(CONDITIONS_AT_MOST),
        "why_not": _why_not(found, answer),
    }
    return render(request, "grants/review/adopt.html", context)


def _why_not(found: RankingRun, answer: Any) -> str:
    if isinstance(answer, Refused):
        return answer.why
    if found.kind != RunKind.OFFICIAL:
        return _("Une variante ne s’adopte pas\u00a0: publiez d’abord une correction de l’appel.")
    return _("Ce classement est déjà adopté.") if found.adopted_at else ""


def _conditions(request: HttpRequest) -> dict[str, Condition]:
    """The rows that name a file; a day that is none is told by the action."""
    found: dict[str, Condition] = {}
    texts = request.POST.getlist("condition")
    days = request.POST.getlist("due_on")
    for reference, text, day in zip(request.POST.getlist("file"), texts, days, strict=False):
        if not reference:
            continue
        try:
            due = parse_date(day)
        except ValueError:
            due = None
        found[reference] = Condition(text.replace("\x00", ""), due or dt.date.min)
    return found


urlpatterns: list[URLPattern] = [
    path("classements/listes/<int:pk>/", stored, name="ranking_run"),
    path("classements/listes/<int:pk>/refaire/", again, name="rerun_ranking"),
    path("classements/listes/<int:pk>/adopter/", adopt, name="adopt_ranking"),
]

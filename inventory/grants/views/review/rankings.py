"""The ranking of a call: the list under its budget, what if, variants, committee list, export."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from inventory.access import DecisionImpossible, require
from inventory.grants.access.review import can_adopt, can_review_calls
from inventory.grants.actions.review.make_run import inputs_tried, keep_variant, make_run
from inventory.grants.models.calls.applications import ApplicationState
from inventory.grants.models.calls.published import Call, CallMode
from inventory.grants.models.review.appointments import DeclaredLink, Recusal
from inventory.grants.models.review.rankings import RankingRun, RunKind
from inventory.grants.rules.review.inputs import read_rules, read_stored_grid, run
from inventory.grants.rules.review.ranking import Ranking
from inventory.grants.rules.review.trial import Trial, compare
from inventory.grants.views.review.board import call_of
from inventory.grants.views.review.doing import after
from inventory.grants.views.review.ranking_shown import Line, balance_of, folded, lines_of
from inventory.grants.views.review.reading import said
from inventory.grants.views.review.trials_shown import shown_trial, sliders_of, tell
from schools.filters import Filter, filtered, shown
from schools.models import Level, Network, Province, User
from schools.rules import Refused
from schools.sheets import sheet_paths, sheet_response
from schools.views.doors import user_of

FILTERS = (
    Filter("province", gettext_lazy("Province"), lambda: Province.choices, lambda rows, _v: rows),
    Filter("reseau", gettext_lazy("Réseau"), lambda: Network.choices, lambda rows, _v: rows),
    Filter("niveau", gettext_lazy("Niveau"), lambda: Level.choices, lambda rows, _v: rows),
)


@require_GET
@login_required
def rankings(request: HttpRequest) -> HttpResponse:
    """GET `/classements/`: calls to rank and those that were."""
    user = user_of(request)
    require(can_review_calls(user))
    calls = (
        Call.objects.visible_to(user)
        .published()
        .filter(mode=CallMode.COMPETITION)
        .select_related("current")
        .annotate(
            files=Count(
                "applications",
                filter=Q(applications__submitted_at__isnull=False)
                & ~Q(applications__state=ApplicationState.WITHDRAWN),
                distinct=True,
            ),
            lists=Count("runs", filter=Q(runs__kind=RunKind.OFFICIAL), distinct=True),
            adopted=Count("runs", filter=Q(runs__adopted_at__isnull=False), distinct=True),
        )
        .order_by("-reference")
    )
    now = timezone.now()
    context = {
        "menu": "rankings",
        "crumbs": [(_("Classement"), None)],
        "rows": [(call, call.phase(now).label) for call in calls],
    }
    return render(request, "grants/review/rankings.html", context)


def run_of(call: Call, request: HttpRequest) -> RankingRun | None:
    """The list that the address names; else the adopted one, else the last."""
    told = request.GET.get("liste", "")
    runs = call.runs.all()
    if told.isdecimal() and len(told) < 10:
        return get_object_or_404(runs, number=int(told))
    return runs.filter(adopted_at__isnull=False).first() or runs.official().first()


@require_GET
@login_required
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/classements/<call>/`."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    found = run_of(call, request)
    context: dict[str, Any] = {
        "menu": "rankings",
        "crumbs": [
            (_("Appels à projets"), reverse("grants:rankings")),
            (call.reference, reverse("grants:review_board", args=[pk])),
            (_("Classement"), None),
        ],
        "call": call,
        "run": found,
        "runs": call.runs.order_by("-number")[:20],
    }
    if found is not None:
        context |= _list_context(request, call, found, user)
    return render(request, "grants/review/ranking.html", context)


def _list_context(
    request: HttpRequest, call: Call, found: RankingRun, user: User
) -> dict[str, Any]:
    lines = lines_of(found, user)
    narrow = filtered(FILTERS, request.GET)
    whole = narrow or request.GET.get("vue") == "tout"
    kept = [line for line in lines if _wanted(line, request)]
    rules = read_rules(found.inputs["rules"])
    adopt = can_adopt(user, call)
    return {
        "rows": folded(found, kept, whole=whole),
        "whole": whole,
        "filters": shown(FILTERS, request),
        "narrow": narrow,
        "figures": figures_of(found, lines),
        "legend": _legend(found),
        "steps": steps_of(call, lines),
        "shares": balance_of(lines),
        "conflicts": _conflicts(call),
        "rules": rules,
        "sliders": sliders_of(found),
        "trial": shown_trial(found),
        "may_adopt": bool(adopt) and found.kind == RunKind.OFFICIAL and not found.adopted_at,
        "why_not": adopt.why if isinstance(adopt, Refused) else "",
    }


def _wanted(line: Line, request: HttpRequest) -> bool:
    """Whether the filters of the address keep the line."""
    asked = request.GET
    file = line.file
    if file is None:
        return True
    province, network = asked.get("province", ""), asked.get("reseau", "")
    level = dict(Level.choices).get(asked.get("niveau", ""))
    if province in Province.values and str(file.site.province) != province:
        return False
    if network in Network.values and file.site.school.network != network:
        return False
    return level is None or str(level) in line.levels


def figures_of(found: RankingRun, lines: list[Line]) -> dict[str, Any]:
    """What stands above the list: budget, retained, left, files, pupils."""
    rules = read_rules(found.inputs["rules"])
    pupils = {one["reference"]: one["pupils"] for one in found.inputs["files"]}
    funded = [line for line in lines if line.funded]
    spent = sum((line.amount for line in funded), Decimal(0))
    share = 100 * spent / rules.available if rules.available else Decimal(0)
    return {
        "budget": rules.budget,
        "set_aside": rules.set_aside,
        "spent": spent,
        "left": rules.available - spent,
        "files": len(funded),
        "valid": sum(1 for line in lines if line.rank is not None),
        "pupils": sum(pupils.get(line.reference, 0) for line in funded),
        "share": f"{share:.1f}",
        "share_words": f"{share:.1f}".replace(".", ","),
    }


def steps_of(call: Call, lines: list[Line]) -> list[tuple[str, str]]:
    """The way of the call: word and where it stands (done, here, to come)."""
    sent = call.applications.filter(submitted_at__isnull=False).exclude(
        state=ApplicationState.WITHDRAWN
    )
    judged = sum(1 for line in lines if line.outcome != "pending")
    adopted = call.runs.filter(adopted_at__isnull=False).exists()
    return [
        (_("Publié"), "done"),
        (_("Clôturé, %(n)d dossiers") % {"n": sent.count()}, "done"),
        (_("Recevables, %(n)d") % {"n": len(lines)}, "done"),
        (_("Évalués, %(n)d") % {"n": judged}, "done" if judged == len(lines) else "here"),
        (_("Classement"), "done" if adopted else "here"),
        (_("Décision"), "here" if adopted else "next"),
        (_("Livraison"), "next"),
    ]


def _legend(found: RankingRun) -> list[tuple[str, str, str]]:
    """Colour, criterion and its part of a hundred."""
    grid = read_stored_grid(found.inputs["grid"])
    return [
        (f"c{n % 4 + 1}", said(one.label), f"{100 * one.weight / grid.total_weight:.0f}")
        for n, one in enumerate(grid.criteria)
    ]


def _conflicts(call: Call) -> dict[str, int]:
    """How many links were declared, how many the register found, how many files changed hands."""
    recusals = Recusal.objects.filter(application__call=call)
    return {
        "declared": DeclaredLink.objects.filter(appointment__call=call).count(),
        "found": recusals.exclude(kinds=["declared"]).count(),
        "moved": recusals.filter(held=True, given_to__isnull=False).count(),
        "open": recusals.filter(held=True, given_to=None).count(),
    }


@require_POST
@login_required
def compute(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/classements/<call>/calculer/`."""
    user = user_of(request)
    call = call_of(user, pk)
    return after(
        request,
        lambda: make_run(user, call, timezone.now()),
        _("Classement calculé et gardé avec ses données."),
        reverse("grants:ranking", args=[pk]),
    )


def trial_of(query: Mapping[str, str], found: RankingRun) -> Trial:
    """What the sliders ask, less what stands anyway. Raises ReviewRefused for no number."""
    rules = read_rules(found.inputs["rules"])
    grid = read_stored_grid(found.inputs["grid"])
    budget, most = number_of(query, "budget"), number_of(query, "maximum")
    weights = {}
    key, percent = str(query.get("critere", "")), number_of(query, "poids")
    known = {one.key: 100 * one.weight / grid.total_weight for one in grid.criteria}
    if percent is not None and key in known and round(known[key]) != percent:
        weights[key] = percent
    largest = max((Decimal(one["amount"]) for one in found.inputs["files"]), default=Decimal(0))
    standing = rules.max_per_school
    return Trial(
        budget=None if budget in {None, rules.budget} else budget,
        weights=weights,
        max_per_school=None
        if most is None or most == standing or (standing is None and most >= largest)
        else most,
    )


def number_of(query: Mapping[str, str], name: str) -> Decimal | None:
    """A number of the address; None for none, and for what no amount can be."""
    try:
        value = Decimal(str(query.get(name, "")).replace(",", ".").replace(" ", "") or "nan")
    except InvalidOperation:
        return None
    return value if value.is_finite() and 0 <= value < 10**10 else None


@require_GET
@login_required
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/classements/<call>/essai/?budget=…&critere=…&poids=…&maximum=…`: nothing is written."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    found = run_of(call, request)
    if found is None:
        return render(request, "grants/review/_trial.html", {"call": call})
    try:
        trial = trial_of(request.GET, found)
        after_: Ranking = run(inputs_tried(found, trial))
    except DecisionImpossible as refused:
        return render(request, "grants/review/_trial.html", {"call": call, "error": str(refused)})
    told = tell(found, compare(run(found.inputs), after_), user, changed=not trial.changes_nothing)
    return render(request, "grants/review/_trial.html", {"call": call, "run": found, "told": told})


@require_POST
@login_required
def variant(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/classements/<call>/variante/`: keep what the sliders say."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    told = request.POST.get("run", "")
    found = get_object_or_404(call.runs, pk=int(told) if told.isdecimal() and len(told) < 19 else 0)
    label = request.POST.get("label", "").replace("\x00", "")
    return after(
        request,
        lambda: keep_variant(
            user, found, trial_of(request.POST.dict(), found), label, timezone.now()
        ),
        _("Variante gardée à côté du classement."),
        reverse("grants:ranking", args=[pk]),
    )


@require_GET
@login_required
def export(request: HttpRequest, pk: int, ending: str) -> HttpResponseBase:
    """GET `/classements/<call>/liste.csv`: the list; scores that a tie hides are not in it."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    found = run_of(call, request)
    lines = lines_of(found, user) if found else []
    labels = [label for _cls, label, _weight in _legend(found)] if found else []
    heads = [
        *(_("Rang"), _("Dossier"), _("Projet"), _("École"), _("Province"), _("Note sur 100")),
        *labels,
        *(_("Pédagogique"), _("Technique"), _("Montant"), _("Cumul"), _("Proposition")),
        *(_("Motif"), _("Remarque")),
    ]
    rows = [_sheet_row(line, len(labels)) for line in lines if _wanted(line, request)]
    return sheet_response(request, "classement", heads, rows, ending=ending)


def _sheet_row(line: Line, labels: int) -> list[object]:
    file = line.file
    pieces: list[object] = [Decimal(one.width) for one in line.pieces] or [""] * labels
    valid = [_("valide") if one[1] else _("non valide") for one in line.validities] or ["", ""]
    return [
        line.rank or "",
        line.reference,
        file.title if file else "",
        str(file.site) if file else "",
        str(file.site.get_province_display() or "") if file else "",
        Decimal(line.total.replace(",", ".")) if line.total else "",
        *pieces,
        *valid,
        line.amount,
        line.cumulated if line.cumulated is not None else "",
        line.word,
        line.why,
        line.hidden or line.tie,
    ]


@require_GET
@login_required
def committee(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/classements/<call>/comite/`: the whole list on paper, for the committee."""
    user = user_of(request)
    require(can_review_calls(user))
    call = call_of(user, pk)
    found = run_of(call, request)
    if found is None:
        return redirect("grants:ranking", pk)
    lines = lines_of(found, user)
    context = {
        "menu": "rankings",
        "crumbs": [
            (call.reference, reverse("grants:ranking", args=[pk])),
            (_("Liste du comité"), None),
        ],
        "call": call,
        "run": found,
        "rows": folded(found, lines, whole=True),
        "figures": figures_of(found, lines),
        "legend": _legend(found),
        "rules": read_rules(found.inputs["rules"]),
    }
    return render(request, "grants/review/committee.html", context)


urlpatterns: list[URLPattern] = [
    path("classements/", rankings, name="rankings"),
    path("classements/<int:pk>/", ranking, name="ranking"),
    path("classements/<int:pk>/calculer/", compute, name="compute_ranking"),
    path("classements/<int:pk>/essai/", what_if, name="what_if"),
    path("classements/<int:pk>/variante/", variant, name="keep_variant"),
    path("classements/<int:pk>/comite/", committee, name="committee_list"),
    *sheet_paths("classements/<int:pk>/liste", export, "ranking_export"),
]

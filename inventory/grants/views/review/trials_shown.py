"""The panel « Et si… »: what can be moved, and what moves because of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from inventory.grants.actions.review.settle_conflicts import conflicted_files
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.review.rankings import RankingRun
from inventory.grants.rules.review.inputs import read_rules, read_stored_grid
from inventory.grants.rules.review.trial import Comparison, Move
from inventory.grants.views.review.reading import said
from schools.models import User

WHY = {
    "more_budget": gettext_lazy("le budget va plus loin"),
    "less_budget": gettext_lazy("le budget s’arrête plus tôt"),
    "score": gettext_lazy("sa note change"),
    "passed": gettext_lazy("d’autres passent devant ou derrière"),
    "school_max": gettext_lazy("le maximum par école"),
    "other": gettext_lazy("la place libérée par d’autres"),
}
MOVES_TOLD = 12


@dataclass(frozen=True, slots=True)
class Sliders:
    """Where each slider begins, ends and stands."""

    budget: int
    budget_least: int
    budget_most: int
    budget_step: int
    criteria: list[tuple[str, str, int]]
    maximum: int
    maximum_least: int
    maximum_most: int
    maximum_step: int


def sliders_of(found: RankingRun) -> Sliders:
    """The budget a quarter down and up; a maximum from the median amount to the largest."""
    rules = read_rules(found.inputs["rules"])
    grid = read_stored_grid(found.inputs["grid"])
    amounts = sorted(Decimal(one["amount"]) for one in found.inputs["files"]) or [Decimal(0)]
    budget, largest = int(rules.budget), int(amounts[-1].to_integral_value(ROUND_CEILING))
    step = 10_000 if budget >= 500_000 else 1_000 if budget >= 50_000 else 100
    return Sliders(
        budget=budget,
        budget_least=budget * 3 // 4 // step * step,
        budget_most=(budget * 5 // 4 // step + 1) * step,
        budget_step=step,
        criteria=[
            (one.key, said(one.label), round(100 * one.weight / grid.total_weight))
            for one in grid.criteria
        ],
        maximum=int(rules.max_per_school) if rules.max_per_school is not None else largest,
        maximum_least=int(amounts[len(amounts) // 2]) // 2 // 100 * 100,
        maximum_most=max(largest, int(rules.max_per_school or 0)),
        maximum_step=100,
    )


def shown_trial(found: RankingRun) -> list[tuple[str, str]]:
    """What a variant changed of the published rules, in words."""
    told: list[tuple[str, str]] = []
    trial: dict[str, Any] = found.trial or {}
    if trial.get("budget"):
        told.append((_("Budget"), f"{trial['budget']} €"))
    labels = {one["key"]: said(one["label"]) for one in found.inputs["grid"]["criteria"]}
    for key, percent in (trial.get("weights") or {}).items():
        told.append((labels.get(key, key), _("%(n)s sur 100") % {"n": percent}))
    if trial.get("max_per_school"):
        told.append((_("Au plus par école"), f"{trial['max_per_school']} €"))
    return told


@dataclass(frozen=True, slots=True)
class Told:
    """The trial in a sentence, and each file that wins, loses or moves."""

    sentence: str
    details: list[str]
    moves: list[tuple[str, str, str, str]] = field(default_factory=list)
    more: int = 0
    changed: bool = False


def tell(found: RankingRun, told: Comparison, user: User, *, changed: bool) -> Told:
    """Words for the panel; of a file that a tie hides, the move is told and never the score."""
    if not changed:
        return Told(_("Déplacez un curseur\u00a0: la liste se recalcule."), [])
    names = {
        file.reference: file
        for file in Application.objects.filter(
            call=found.call_id, reference__in=[one.reference for one in told.moves]
        ).select_related("site__school")
    }
    tied = conflicted_files(user, names.values())
    hidden = {file.reference for file in names.values() if file.pk in tied}
    moves = [_move(one, names.get(one.reference), one.reference in hidden) for one in told.moves]
    return Told(
        sentence=_sentence(told),
        details=_details(told),
        moves=moves[:MOVES_TOLD],
        more=max(len(moves) - MOVES_TOLD, 0),
        changed=True,
    )


def _sentence(told: Comparison) -> str:
    if not told.gained and not told.lost:
        return _("Les mêmes dossiers sont retenus.")
    parts = []
    if told.gained:
        more = ngettext("%(n)d dossier de plus", "%(n)d dossiers de plus", told.gained)
        ranks = [one.after.rank for one in told.moves if one.after.funded and not one.before.funded]
        parts.append(more % {"n": told.gained} + _ranks([one for one in ranks if one]))
    if told.lost:
        less = ngettext("%(n)d dossier de moins", "%(n)d dossiers de moins", told.lost)
        parts.append(less % {"n": told.lost})
    return ", ".join(parts)


def _ranks(ranks: list[int]) -> str:
    """`` (rangs 38 à 40)``, `` (rangs 38, 41)``."""
    ranks = sorted(ranks)
    if len(ranks) == 1:
        return _(" (rang %(n)d)") % {"n": ranks[0]}
    if len(ranks) > 2 and ranks == list(range(ranks[0], ranks[-1] + 1)):
        return _(" (rangs %(first)d à %(last)d)") % {"first": ranks[0], "last": ranks[-1]}
    shown = ", ".join(str(one) for one in ranks[:6]) + ("…" if len(ranks) > 6 else "")
    return _(" (rangs %(ranks)s)") % {"ranks": shown}


def _details(told: Comparison) -> list[str]:
    pupils = told.pupils
    words = (
        ngettext("%(n)d élève de plus", "%(n)d élèves de plus", pupils) % {"n": pupils}
        if pupils >= 0
        else ngettext("%(n)d élève de moins", "%(n)d élèves de moins", -pupils) % {"n": -pupils}
    )
    left = f"{told.left:,.0f}".replace(",", "\u00a0")
    return [words, _("solde %(left)s\u00a0€") % {"left": left}]


def _move(one: Move, file: Application | None, hidden: bool) -> tuple[str, str, str, str]:
    """Icon, school, from where to where, and why."""
    icon = "arrow-right"
    if one.outcome_changes:
        icon = "arrow-up-right" if one.after.funded else "arrow-down-right"
    why = str(WHY[one.why])
    if one.why == "score" and not hidden and one.before.score and one.after.score:
        why = _("sa note passe de %(before)s à %(after)s") % {
            "before": f"{one.before.score.total}".replace(".", ","),
            "after": f"{one.after.score.total}".replace(".", ","),
        }
    kept = one.before.rank == one.after.rank and one.before.reserve and one.after.reserve
    words = _("réserve %(before)s → %(after)s") if kept else _("rang %(before)s → %(after)s")
    place = words % {
        "before": (one.before.reserve if kept else one.before.rank) or "–",
        "after": (one.after.reserve if kept else one.after.rank) or "–",
    }
    return icon, str(file.site.school if file else one.reference), place, why

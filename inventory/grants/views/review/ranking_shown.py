"""A stored list as the committee reads it: lines, folds, the cut, what a tie hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max, Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.grants.actions.review.settle_conflicts import conflicted_files
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.review.appointments import Recusal, TieKind
from inventory.grants.models.review.rankings import RankingRun
from inventory.grants.rules.calls.grid import KINDS
from inventory.grants.rules.review.inputs import read_rules, read_stored_grid
from inventory.grants.rules.review.ranking import FUNDED
from inventory.grants.views.review.reading import said
from schools.models import Headcount, Province, Teaching, User

OUTCOMES = {
    "retained": ("ok", "circle-check", gettext_lazy("Retenu")),
    "quota": ("ok", "circle-check", gettext_lazy("Retenu, équité")),
    "reserve": ("suspect", "list-numbers", gettext_lazy("Réserve")),
    "refused": ("unknown", "circle-x", gettext_lazy("Hors budget")),
    "invalid": ("degraded", "circle-x", gettext_lazy("Non valide")),
    "pending": ("planned", "hourglass", gettext_lazy("Examen en cours")),
}
WHY = {
    "fits": gettext_lazy("le budget le couvre à ce rang"),
    "quota": gettext_lazy("la part d’équité le couvre"),
    "cut": gettext_lazy("le budget est épuisé avant ce rang"),
    "too_large": gettext_lazy("le solde ne couvre pas son montant"),
    "school_max": gettext_lazy("le maximum par école serait dépassé"),
    "reserve_full": gettext_lazy("la liste de réserve est complète"),
}
TIES = {
    "pedagogical": gettext_lazy("ex æquo, départagé par la note pédagogique"),
    "ise_class": gettext_lazy("ex æquo, départagé par la classe ISE"),
    "never_awarded": gettext_lazy("ex æquo, départagé par l’absence d’octroi antérieur"),
    "pupils": gettext_lazy("ex æquo, départagé par le nombre d’élèves"),
    "amount": gettext_lazy("ex æquo, départagé par le montant"),
    "submitted_at": gettext_lazy("ex æquo, départagé par la date d’envoi"),
    "reference": gettext_lazy("ex æquo, départagé par la référence"),
}
SHORT = {
    "opinion": gettext_lazy("avis"),
    "threshold": gettext_lazy("seuil"),
    "criterion": gettext_lazy("critère"),
}
AROUND, TOP = 4, 2


@dataclass(slots=True)
class Piece:
    """A part of the score, to be drawn: where it begins and how long it is, of 100."""

    cls: str
    label: str
    value: str
    x: str
    width: str


@dataclass(slots=True)
class Line:
    """A file of the list. A line that is ``hidden`` carries no score and no opinion at all."""

    reference: str
    rank: int | None
    file: Application | None
    outcome: str
    colour: str
    icon: str
    word: str
    amount: Decimal
    cumulated: Decimal | None
    why: str
    tie: str = ""
    total: str = ""
    pieces: list[Piece] = field(default_factory=list)
    validities: list[tuple[str, bool, str]] = field(default_factory=list)
    levels: str = ""
    hidden: str = ""
    kind: str = "row"

    @property
    def funded(self) -> bool:
        return self.outcome in FUNDED


@dataclass(slots=True)
class Fold:
    """Lines that are folded: how many, of which ranks, for how much."""

    lines: list[Line]
    kind: str = "fold"

    @property
    def amount(self) -> Decimal:
        return sum((one.amount for one in self.lines), Decimal(0))

    @property
    def cumulated(self) -> Decimal | None:
        return self.lines[-1].cumulated

    @property
    def first(self) -> int | None:
        return self.lines[0].rank

    @property
    def last(self) -> int | None:
        return self.lines[-1].rank


@dataclass(slots=True)
class Cut:
    """The limit of the budget: what is left, and what the next file asks for."""

    left: Decimal
    next: Decimal
    kind: str = "cut"


def lines_of(run: RankingRun, user: User) -> list[Line]:
    """Every file of the list, for that reader; five queries whatever their number."""
    files = {
        file.reference: file
        for file in Application.objects.filter(call=run.call_id).select_related(
            "site__school__authority", "site__municipality"
        )
    }
    tied = conflicted_files(user, files.values())
    heirs = {
        row.application_id: str(row.given_to)
        for row in Recusal.objects.filter(user=user, application__call=run.call_id).select_related(
            "given_to"
        )
        if row.given_to
    }
    levels = _levels({file.site_id for file in files.values()})
    grid = read_stored_grid(run.inputs["grid"])
    names = {one.key: (f"c{n % 4 + 1}", said(one.label)) for n, one in enumerate(grid.criteria)}
    found = []
    for row in run.result:
        file = files.get(row["reference"])
        line = _line(row, file, names)
        if file is not None:
            line.levels = ", ".join(levels.get(file.site_id, []))
            if file.pk in tied:
                _hide(line, tied[file.pk], heirs.get(file.pk, ""))
        found.append(line)
    return found


def _line(row: Mapping[str, Any], file: Application | None, names: Mapping[str, Any]) -> Line:
    colour, icon, word = OUTCOMES[row["outcome"]]
    line = Line(
        reference=row["reference"],
        rank=row["rank"],
        file=file,
        outcome=row["outcome"],
        colour=colour,
        icon=icon,
        word=f"{word} {row['reserve']}" if row["reserve"] else str(word),
        amount=Decimal(row["amount"]),
        cumulated=None if row["cumulated"] is None else Decimal(row["cumulated"]),
        why=str(WHY.get(row["why"], "")),
        tie=str(TIES.get(row["tie"], "")) if row["tie"] else "",
        total=(row["score"] or "").replace(".", ","),
        validities=[
            (kind[0].upper(), one["valid"], _validity_words(kind, one))
            for kind in KINDS  # jsonb keeps no order of keys
            if (one := row["validities"].get(kind))
        ],
    )
    at = Decimal(0)
    for key, (cls, label) in names.items():
        if (value := row["pieces"].get(key)) is None:
            continue
        line.pieces.append(Piece(cls, label, value.replace(".", ","), f"{at}", value))
        at += Decimal(value)
    return line


def _validity_words(kind: str, one: Mapping[str, Any]) -> str:
    side = _("Plan pédagogique") if kind == "pedagogical" else _("Plan technique")
    if one["valid"]:
        return _("%(side)s\u00a0: valide") % {"side": side}
    why = ", ".join(str(SHORT[code]) for code in one["why"])
    return _("%(side)s\u00a0: non valide (%(why)s)") % {"side": side, "why": why}


def _hide(line: Line, kinds: Sequence[str], heir: str) -> None:
    """Nothing of what was judged stays in the line: not in the page, not in its source."""
    words = ", ".join(str(TieKind(kind).label) for kind in kinds)
    told = _("%(tie)s\u00a0: notes masquées pour vous") % {"tie": words[:1].upper() + words[1:]}
    if heir:
        told = _("%(told)s, relu par %(who)s") % {"told": told, "who": heir}
    line.hidden, line.total, line.tie, line.why = told, "", "", ""
    line.pieces, line.validities = [], []


def _levels(sites: set[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for row in Teaching.objects.filter(site__in=sites).order_by("level"):
        word = str(row.get_level_display())
        if word not in found.setdefault(row.site_id, []):
            found[row.site_id].append(word)
    return found


def folded(run: RankingRun, lines: Sequence[Line], *, whole: bool) -> list[Line | Fold | Cut]:
    """Around the cut: the first two, four on each side of the limit, the rest folded."""
    ranked = [one for one in lines if one.rank is not None]
    others = [one for one in lines if one.rank is None]
    cut_at = next((n for n, one in enumerate(ranked) if not one.funded), len(ranked))
    shown: list[Line | Fold | Cut] = []
    head, tail = ranked[:cut_at], ranked[cut_at:]
    if whole:
        shown += head
    else:
        shown += _with_fold(head, TOP, AROUND - 1)
    if tail:
        rules = read_rules(run.inputs["rules"])
        spent = sum((one.amount for one in lines if one.funded), Decimal(0))
        shown.append(Cut(rules.available - spent, tail[0].amount))
    shown += tail if whole else _with_fold(tail, AROUND, 0)
    for outcome in ("invalid", "pending"):
        rows = [one for one in others if one.outcome == outcome]
        if rows:
            shown += rows if whole else [Fold(rows, kind=outcome)]
    return shown


def _with_fold(lines: Sequence[Line], first: int, last: int) -> list[Line | Fold | Cut]:
    if len(lines) <= first + last + 2:
        return list(lines)
    end = len(lines) - last
    return [*lines[:first], Fold(list(lines[first:end])), *lines[end:]]


@dataclass(frozen=True, slots=True)
class Share:
    """A province: its share of what is retained beside its share of pupils, in percent."""

    word: str
    money: int
    pupils: int


def balance_of(lines: Sequence[Line]) -> list[Share]:
    """By province, largest share of pupils first."""
    spent: dict[str, Decimal] = {}
    for line in lines:
        if line.funded and line.file is not None:
            key = str(line.file.site.province or "")
            spent[key] = spent.get(key, Decimal(0)) + line.amount
    whole = sum(spent.values(), Decimal(0))
    year = Headcount.objects.aggregate(n=Max("year"))["n"]
    counted = Headcount.objects.filter(year=year).values("site__province").annotate(n=Sum("pupils"))
    pupils = {row["site__province"]: row["n"] for row in counted.order_by()}
    of_region = sum(pupils.values())
    shares = [
        Share(
            str(word),
            round(100 * spent.get(key, Decimal(0)) / whole) if whole else 0,
            round(100 * pupils.get(key, 0) / of_region) if of_region else 0,
        )
        for key, word in Province.choices
    ]
    return sorted(shares, key=lambda one: -one.pupils)

"""Turn a list into decisions: one per file, with its letter, in one transaction or none."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from inventory.access import require
from inventory.grants.access.review import can_adopt
from inventory.grants.actions.review.decide import Verdict, decide
from inventory.grants.actions.review.make_run import inputs_of
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.published import Call, CallPhase
from inventory.grants.models.review.decisions import Decision, Outcome
from inventory.grants.models.review.judgements import Review
from inventory.grants.models.review.rankings import RankingRun, RunKind
from inventory.grants.rules.review.inputs import fingerprint
from inventory.grants.rules.review.ranking import FUNDED, INVALID, PENDING, REFUSED, RESERVE
from schools.actions.audit import record_action
from schools.models import User


@dataclass(frozen=True, slots=True)
class Condition:
    """Under which a file of the list is accepted."""

    text: str
    due_on: dt.date


def adopt_ranking(
    by: User, pk: int, conditions: Mapping[str, Condition], now: dt.datetime
) -> list[Decision]:
    """Decide every file of the list as it stands. ``conditions``: by reference of a retained file.

    A second click, or a second officer, finds it adopted: nothing is decided twice. Raises
    ReviewRefused where reviews are missing, or where the facts changed since the list was made.
    """
    with transaction.atomic():
        call = Call.objects.select_for_update(of=("self",)).get(
            pk=RankingRun.objects.values_list("call", flat=True).get(pk=pk)
        )
        require(can_adopt(by, call))
        run = (
            RankingRun.objects.select_for_update(of=("self",)).select_related("version").get(pk=pk)
        )
        if run.adopted_at is not None:
            return list(run.decisions.order_by("rank", "pk"))
        _require_adoptable(call, run, conditions, now)
        RankingRun.objects.filter(pk=pk).update(adopted_at=now, adopted_by=by)
        record_action(by, "adopt_ranking", run, after={"sha256": run.result_sha256})
        return _decide_all(run, conditions, by, now)


def _require_adoptable(
    call: Call, run: RankingRun, conditions: Mapping[str, Condition], now: dt.datetime
) -> None:
    if run.kind != RunKind.OFFICIAL:
        raise ReviewRefused(
            _("Une variante ne s’adopte pas\u00a0: publiez d’abord une correction de l’appel.")
        )
    if call.phase(now) not in {CallPhase.CLOSED, CallPhase.DECIDED}:
        raise ReviewRefused(_("L’appel est encore ouvert\u00a0: attendez sa clôture."))
    if (other := call.runs.filter(adopted_at__isnull=False).first()) is not None:
        raise ReviewRefused(
            _("Le classement %(number)d a déjà été adopté.") % {"number": other.number}
        )
    if fingerprint(inputs_of(call)) != run.inputs_sha256:
        raise ReviewRefused(
            _("Un examen, un dossier ou une règle a changé depuis\u00a0: classez à nouveau.")
        )
    waiting = sum(1 for row in run.result if row["outcome"] == PENDING)
    if waiting:
        raise ReviewRefused(
            ngettext(
                "Il manque un examen à %(n)d dossier.",
                "Il manque un examen à %(n)d dossiers.",
                waiting,
            )
            % {"n": waiting}
        )
    funded = {row["reference"] for row in run.result if row["outcome"] in FUNDED}
    for reference, condition in conditions.items():
        if reference not in funded:
            raise ReviewRefused(
                _("%(file)s n’est pas retenu\u00a0: aucune condition à poser.")
                % {"file": reference}
            )
        if not condition.text.strip() or condition.due_on <= timezone.localdate(now):
            raise ReviewRefused(
                _("%(file)s\u00a0: écrivez la condition et une date à venir.") % {"file": reference}
            )


def _decide_all(
    run: RankingRun, conditions: Mapping[str, Condition], by: User, now: dt.datetime
) -> list[Decision]:
    files = {
        file.reference: file
        for file in Application.objects.filter(call=run.call_id, state=ApplicationState.SUBMITTED)
        .select_for_update(of=("self",))
        .select_related("site__school", "version", "call")
        .order_by("pk")
    }
    comments, counts = comments_of([file.pk for file in files.values()])
    summary = run_summary(run)
    return [
        decide(
            files[row["reference"]],
            verdict_of(
                row,
                summary,
                {
                    "comments": comments.get(files[row["reference"]].pk, {}),
                    "reviews": counts.get(files[row["reference"]].pk, 0),
                },
                conditions.get(row["reference"]),
            ),
            run,
            by,
            now,
        )
        for row in run.result
    ]


def verdict_of(
    row: Mapping[str, Any],
    summary: Mapping[str, Any],
    told: Mapping[str, Any],
    condition: Condition | None,
) -> Verdict:
    """A line of the list as a decision."""
    outcome = {RESERVE: Outcome.RESERVE, REFUSED: Outcome.REFUSED, INVALID: Outcome.REFUSED}.get(
        row["outcome"], Outcome.CONDITIONAL if condition else Outcome.AWARDED
    )
    granted = outcome in {Outcome.AWARDED, Outcome.CONDITIONAL}
    return Verdict(
        outcome=outcome,
        amount=Decimal(row["amount"]) if granted else Decimal(0),
        why=f"ranking:{row['why'] or row['outcome']}",
        rank=row["rank"],
        reserve=row["reserve"],
        condition=condition.text.strip() if condition else "",
        due_on=condition.due_on if condition else None,
        facts={"row": dict(row), "run": dict(summary), **told},
    )


def run_summary(run: RankingRun) -> dict[str, Any]:
    """What a letter tells of the whole list."""
    funded = [row for row in run.result if row["outcome"] in FUNDED]
    spent = sum((Decimal(row["amount"]) for row in funded), Decimal(0))
    return {
        "number": run.number,
        "rules": run.inputs["rules"],
        "valid": sum(1 for row in run.result if row["rank"] is not None),
        "spent": f"{spent:.2f}",
    }


def comments_of(files: list[int]) -> tuple[dict[int, dict[str, list[str]]], dict[int, int]]:
    """Application → criterion → the comments of its reviewers, without a name; and how many."""
    found: dict[int, dict[str, list[str]]] = {}
    counts: dict[int, int] = {}
    rows = Review.objects.counting().filter(assignment__application__in=files)
    for row in rows.select_related("assignment").order_by("assignment__seat"):
        key = row.assignment.application_id
        counts[key] = counts.get(key, 0) + 1
        for criterion, text in row.comments.items():
            found.setdefault(key, {}).setdefault(criterion, []).append(text)
    return found, counts

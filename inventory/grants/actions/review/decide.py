"""Write one decision with all that follows: award, state, right, move, letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.actions.review.write_letter import write_letter
from inventory.grants.actions.rights import ledger
from inventory.grants.models.calls.applications import (
    Application,
    ApplicationMove,
    ApplicationState,
)
from inventory.grants.models.calls.awards import Award, AwardedKit, AwardState
from inventory.grants.models.review.decisions import ConditionState, Decision, Outcome
from inventory.grants.models.review.rankings import RankingRun
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User

STATES = {
    Outcome.AWARDED: ApplicationState.AWARDED,
    Outcome.CONDITIONAL: ApplicationState.CONDITIONAL,
    Outcome.RESERVE: ApplicationState.RESERVE,
    Outcome.REFUSED: ApplicationState.REFUSED,
}
GRANTED = frozenset({Outcome.AWARDED.value, Outcome.CONDITIONAL.value})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided of a file. ``facts``: what the letter tells, as it stood."""

    outcome: str
    amount: Decimal
    why: str = ""
    rank: int | None = None
    reserve: int | None = None
    condition: str = ""
    due_on: dt.date | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)


def decide(
    file: Application, verdict: Verdict, run: RankingRun | None, by: User, now: dt.datetime
) -> Decision:
    """Within a transaction that holds the call; the file comes locked with its site's school."""
    last = file.decisions.aggregate(n=Max("number"))["n"] or 0
    conditional = verdict.outcome == Outcome.CONDITIONAL
    row = Decision.objects.create(
        application=file,
        number=last + 1,
        run=run,
        outcome=verdict.outcome,
        amount=verdict.amount,
        rank=verdict.rank,
        reserve=verdict.reserve,
        facts=dict(verdict.facts),
        why=verdict.why,
        condition=verdict.condition if conditional else "",
        condition_due_on=verdict.due_on if conditional else None,
        condition_state=ConditionState.OPEN if conditional else ConditionState.NONE,
        decided_at=now,
        decided_by=by,
        decided_by_text=str(by),
    )
    if verdict.outcome in GRANTED:
        _grant(file, row)
    _draw(file, row, by, now)
    move(file, STATES[Outcome(verdict.outcome)], by, verdict, now)
    write_letter(row)
    after = {"decision": str(row.get_outcome_display()), "amount": f"{row.amount:.2f}"}
    record_action(by, "decide_application", row, site=file.site, after=after)
    announce("application", file.pk, site=file.site_id)
    return row


def _grant(file: Application, row: Decision) -> None:
    """The award and its kits, at the versions and prices asked for."""
    state = AwardState.CONDITIONAL if row.outcome == Outcome.CONDITIONAL else AwardState.GRANTED
    award, new = Award.objects.update_or_create(
        application=file,
        defaults={
            "amount": row.amount,
            "state": state,
            "condition": row.condition,
            "decided_at": row.decided_at,
            "decided_by": row.decided_by,
            "decided_by_text": row.decided_by_text,
        },
    )
    if new:
        asked_for: Iterable[Any] = file.asked_kits.select_related("kit_version")
        AwardedKit.objects.bulk_create(
            AwardedKit(
                award=award,
                kit_version=asked.kit_version,
                quantity=asked.quantity,
                unit_price=asked.unit_price,
            )
            for asked in asked_for
        )


def _draw(file: Application, row: Decision, by: User, now: dt.datetime) -> None:
    """Where the call draws on rights: commit what is granted, give back what is refused; a file of
    the reserve keeps what it reserved."""
    if not file.version.uses_right:
        return
    key = f"decision:{row.pk}"
    try:
        if row.outcome in GRANTED:
            ledger.commit(file.cause, row.amount, key, by, now)
        elif row.outcome == Outcome.REFUSED:
            ledger.void(file.cause, key, by, now, _("Dossier non retenu."))
    except (ledger.Overdrawn, ledger.NotUsable) as refused:
        raise ReviewRefused(
            _("%(file)s, %(site)s\u00a0: %(why)s")
            % {"file": file.reference, "site": file.site, "why": refused}
        ) from None


def move(
    file: Application, state: ApplicationState, by: User | None, verdict: Verdict, now: dt.datetime
) -> None:
    """The state of the file, and the step that led to it."""
    ApplicationMove.objects.create(
        application=file,
        at=now,
        before=file.state,
        after=state,
        by=by,
        by_text=str(by) if by else "Préau",
        why=verdict.why if not verdict.why.startswith("ranking:") else "",
    )
    file.state, file.changed_at = state, now
    file.revision += 1
    file.save(update_fields=["state", "changed_at", "revision"])

"""After the decision: a condition met or not, the reserve that moves up, results made public."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_hear, can_review_calls
from inventory.grants.actions.review.adopt_ranking import run_summary
from inventory.grants.actions.review.decide import Verdict, decide, move
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.models.calls.applications import Application, ApplicationState
from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.models.calls.published import Call, CallState
from inventory.grants.models.review.decisions import (
    ConditionState,
    Decision,
    Letter,
    Outcome,
)
from inventory.grants.models.review.rankings import ResultsPublication
from inventory.grants.rules.review.inputs import read_rules
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def meet_condition(by: User, pk: int, now: dt.datetime) -> Decision:
    """The condition is met: the award holds without it."""
    with transaction.atomic():
        row = _open_condition(by, pk)
        _close(row, ConditionState.MET, now)
        Award.objects.filter(application=row.application).update(state=AwardState.GRANTED)
        verdict = Verdict(Outcome.AWARDED, row.amount, _("Condition remplie."))
        move(row.application, ApplicationState.AWARDED, by, verdict, now)
        record_action(by, "meet_condition", row, site=row.application.site)
    return row


def lapse_award(by: User, pk: int, now: dt.datetime) -> Decision:
    """The condition was not met in time: the award lapses, its amount goes to the reserve."""
    with transaction.atomic():
        row = _open_condition(by, pk)
        if row.condition_due_on and timezone.localdate(now) <= row.condition_due_on:
            raise ReviewRefused(
                _("L’école a jusqu’au %(day)s pour remplir la condition.")
                % {"day": f"{row.condition_due_on:%d/%m/%Y}"}
            )
        _close(row, ConditionState.LAPSED, now)
        Award.objects.filter(application=row.application).update(state=AwardState.LAPSED)
        facts = {**row.facts, "special": "lapsed", "day": f"{row.decided_at:%d/%m/%Y}"}
        why = _("La condition n’est pas remplie\u00a0: l’octroi est caduc.")
        made = decide(
            row.application,
            Verdict(Outcome.REFUSED, Decimal(0), "ranking:lapsed", row.rank, facts=facts),
            row.run,
            by,
            now,
        )
        record_action(by, "lapse_award", row, site=row.application.site, why=why)
    return made


def left_of(call: Call) -> Decimal:
    """What the adopted list leaves, and what lapsed since: the set-aside is not in it."""
    run = call.runs.filter(adopted_at__isnull=False).first()
    if run is None:
        return Decimal(0)
    rules = read_rules(run.inputs["rules"])
    return rules.available - _granted(call, reconsidered=False)


def set_aside_left(call: Call) -> Decimal:
    """What is left for reconsiderations."""
    run = call.runs.filter(adopted_at__isnull=False).first()
    if run is None:
        return Decimal(0)
    return read_rules(run.inputs["rules"]).set_aside - _granted(call, reconsidered=True)


def _granted(call: Call, *, reconsidered: bool) -> Decimal:
    rows = Decision.objects.filter(application__call=call, outcome__in=["awarded", "conditional"])
    rows = rows.standing().exclude(condition_state=ConditionState.LAPSED)
    rows = rows.filter(reconsidered__isnull=not reconsidered)
    return rows.aggregate(n=Sum("amount"))["n"] or Decimal(0)


def move_reserve_up(by: User, call: Call, now: dt.datetime) -> list[Decision]:
    """Award the files of the reserve, in their order, as long as the next one fits."""
    require(can_review_calls(by))
    made: list[Decision] = []
    with transaction.atomic():
        Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        left = left_of(call)
        waiting = Decision.objects.filter(application__call=call, outcome=Outcome.RESERVE)
        rows = waiting.standing().select_related("run", "application__site__school")
        for row in rows.order_by("reserve"):
            file = _locked(row.application_id)
            if file.amount > left:
                break
            assert row.run is not None
            facts = {**row.facts, "run": run_summary(row.run), "special": "promoted"}
            facts["row"] = {**row.facts.get("row", {}), "why": "fits"}
            verdict = Verdict(
                Outcome.AWARDED, file.amount, "ranking:promoted", row.rank, facts=facts
            )
            made.append(decide(file, verdict, row.run, by, now))
            left -= file.amount
    return made


def publish_results(by: User, call: Call, now: dt.datetime) -> ResultsPublication:
    """Show the schools that were awarded on the public page. Once."""
    require(can_review_calls(by))
    with transaction.atomic():
        held = Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
        if not held.runs.filter(adopted_at__isnull=False).exists():
            raise ReviewRefused(_("Adoptez d’abord un classement."))
        row, new = ResultsPublication.objects.get_or_create(
            call=held, defaults={"at": now, "by": by, "by_text": str(by)}
        )
        if new:
            Call.objects.filter(pk=held.pk).update(state=CallState.DECIDED)
            record_action(by, "publish_results", held)
    return row


def acknowledge_letter(user: User, pk: int, now: dt.datetime) -> Letter:
    """The school says that it read the letter; the first reading stays."""
    with transaction.atomic():
        row = Letter.objects.select_for_update(of=("self",)).get(pk=pk)
        require(can_hear(user, row.decision))
        if row.read_at is None:
            row.read_at, row.read_by, row.read_by_text = now, user, str(user)
            row.save(update_fields=["read_at", "read_by", "read_by_text"])
            record_action(user, "read_letter", row, site=row.decision.application.site)
    return row


def _open_condition(by: User, pk: int) -> Decision:
    require(can_review_calls(by))
    key = Decision.objects.values_list("application__call", flat=True).get(pk=pk)
    Call.objects.select_for_update(of=("self",)).get(pk=key)
    row = Decision.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.condition_state != ConditionState.OPEN:
        raise ReviewRefused(_("Aucune condition n’attend ici."))
    row.application = _locked(row.application_id)
    return row


def _locked(pk: int) -> Application:
    rows = Application.objects.select_for_update(of=("self",))
    return rows.select_related("site__school", "version", "call").get(pk=pk)


def _close(row: Decision, state: ConditionState, now: dt.datetime) -> None:
    Decision.objects.filter(pk=row.pk).update(condition_state=state, condition_at=now)
    row.condition_state, row.condition_at = state, now
    announce("application", row.application_id, site=row.application.site_id)

"""A school asks that its decision be looked at again; somebody else takes it and answers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import require
from inventory.grants.access.review import can_ask_again, can_handle
from inventory.grants.actions.review.decide import Verdict, decide
from inventory.grants.actions.review.follow_decisions import set_aside_left
from inventory.grants.actions.review.refusals import ReviewRefused
from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.refusals import euros
from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import Call
from inventory.grants.models.review.decisions import (
    Decision,
    Outcome,
    Reconsideration,
    ReconsiderationState,
)
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def ask_reconsideration(user: User, pk: int, text: str, now: dt.datetime) -> Reconsideration:
    """Once per decision, within the delay, in writing. A second click gives the first."""
    if not text.strip():
        raise ReviewRefused(_("Dites ce qui doit être revu, et pourquoi."))
    with transaction.atomic():
        decision = Decision.objects.select_for_update(of=("self",)).get(pk=pk)
        require(can_ask_again(user, decision, timezone.localdate(now)))
        if decision.application.decisions.filter(number__gt=decision.number).exists():
            raise ReviewRefused(_("Une décision plus récente remplace celle-ci."))
        row, new = Reconsideration.objects.get_or_create(
            decision=decision,
            defaults={
                "text": text.strip()[:6000],
                "asked_at": now,
                "asked_by": user,
                "asked_by_text": str(user),
            },
        )
        if new:
            file = decision.application
            record_action(user, "ask_reconsideration", row, site=file.site)
            announce("application", file.pk, site=file.site_id)
    return row


def take_reconsideration(by: User, pk: int, now: dt.datetime) -> Reconsideration:
    """Somebody who neither judged nor decided takes it; two at once: the first has it."""
    with transaction.atomic():
        row = Reconsideration.objects.select_for_update(of=("self",)).get(pk=pk)
        require(can_handle(by, row))
        if row.state == ReconsiderationState.ASKED:
            row.handler, row.state = by, ReconsiderationState.TAKEN
            row.save(update_fields=["handler", "state"])
            record_action(by, "take_reconsideration", row, site=row.decision.application.site)
    return row


def answer_reconsideration(
    by: User, pk: int, answer: str, now: dt.datetime, *, change: bool
) -> Reconsideration:
    """Uphold the decision, or award the file from what was set aside. Raises ReviewRefused."""
    if not answer.strip():
        raise ReviewRefused(_("Motivez la réponse\u00a0: l’école la lira."))
    with transaction.atomic():
        call = Reconsideration.objects.values_list("decision__application__call", flat=True)
        Call.objects.select_for_update(of=("self",)).get(pk=call.get(pk=pk))
        row = Reconsideration.objects.select_for_update(of=("self",)).get(pk=pk)
        require(can_handle(by, row))
        if row.decided_at is not None:
            raise ReviewRefused(_("La réponse a déjà été donnée."))
        if row.state != ReconsiderationState.TAKEN:
            raise ReviewRefused(_("Prenez d’abord ce réexamen."))
        row.answer, row.decided_at = answer.strip()[:6000], now
        row.state = ReconsiderationState.UPHELD
        if change:
            row.result = _award(row.decision, answer.strip(), by, now)
            row.state = ReconsiderationState.CHANGED
        row.save()
        file = row.decision.application
        after = {"state": str(row.get_state_display())}
        record_action(by, "answer_reconsideration", row, site=file.site, after=after)
        announce("application", file.pk, site=file.site_id)
    return row


def _award(decision: Decision, answer: str, by: User, now: dt.datetime) -> Decision:
    """From the budget set aside, and no further."""
    rows = Application.objects.select_for_update(of=("self",))
    file = rows.select_related("site__school", "version", "call").get(pk=decision.application_id)
    left = set_aside_left(file.call)
    if file.amount > left:
        raise ReviewRefused(
            _("Le budget mis de côté pour les réexamens est de %(left)s\u00a0: il manque %(lack)s.")
            % {"left": euros(left), "lack": euros(Decimal(file.amount - left))}
        )
    if file.version.uses_right and decision.outcome == Outcome.REFUSED:
        # the refusal gave back what was reserved: it is set aside again before it is committed
        ledger.reserve(file.site, file.amount, file.cause, f"again:{decision.pk}", by, now)
    facts = {"special": "reconsidered", "reviews": decision.facts.get("reviews", 0)}
    verdict = Verdict(Outcome.AWARDED, file.amount, answer, decision.rank, facts=facts)
    return decide(file, verdict, decision.run, by, now)

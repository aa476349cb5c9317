from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_write_plan, require
from schools.actions.plan_writing import (
    answers_of,
    lock_plan,
    lock_plan_to_write,
    site_answers_of,
    write_down_plan,
)
from schools.actions.start_plan import start_plan
from schools.agreements.plan_form import Missing, missing_parts
from schools.models import PlanState, TransitionPlan, User


class PlanIncomplete(DecisionRefused):
    """Parts are missing: ``missing`` names them, in the order of the form."""

    def __init__(self, missing: list[Missing]) -> None:
        first = "; ".join(f"{part.section} : {part.what}" for part in missing[:3])
        super().__init__(
            _("Il manque %(n)d réponses. %(first)s") % {"n": len(missing), "first": first}
        )
        self.missing = missing


def missing_in(plan: TransitionPlan) -> list[Missing]:
    """What keeps this version from being submitted."""
    return missing_parts(plan.form, answers_of(plan), site_answers_of(plan))


@transaction.atomic
def submit_plan(user: User, pk: int) -> TransitionPlan:
    """Hand the draft in: from now on the database refuses every change. Twice is once.

    Raises PlanIncomplete with the missing parts, and as ``lock_plan_to_write``.
    """
    plan = lock_plan(user, pk)
    require(can_write_plan(user, plan.school))
    if plan.state == PlanState.SUBMITTED:
        return plan
    plan = lock_plan_to_write(user, pk)
    if missing := missing_in(plan):
        raise PlanIncomplete(missing)
    plan.state, plan.submitted_at, plan.submitted_by = PlanState.SUBMITTED, timezone.now(), user
    plan.save(update_fields=["state", "submitted_at", "submitted_by"])
    write_down_plan(user, plan, "submit_plan", PlanState.DRAFT)
    return plan


@transaction.atomic
def withdraw_plan(user: User, pk: int) -> TransitionPlan:
    """Take a submitted version back; returns the draft that goes on from it.

    What the officers have read stays as it was. Raises as ``lock_plan``, SignatureRefused with the
    reason, DecisionRefused once it is decided.
    """
    plan = lock_plan(user, pk)
    require(can_write_plan(user, plan.school))
    if plan.state == PlanState.SUBMITTED:
        plan.state, plan.decided_at, plan.decided_by = PlanState.WITHDRAWN, timezone.now(), user
        plan.save(update_fields=["state", "decided_at", "decided_by"])
        write_down_plan(user, plan, "withdraw_plan", PlanState.SUBMITTED)
    elif plan.state != PlanState.WITHDRAWN:
        raise DecisionRefused(
            _("Cette version est « %(state)s » : elle ne se reprend plus.")
            % {"state": plan.get_state_display()}
        )
    return start_plan(user, plan.school_id)

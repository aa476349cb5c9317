"""An officer decides on a submitted version: approved, or sent back with reasons."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.access import DecisionRefused, can_remark, can_review_plan, require
from schools.actions.plan_writing import lock_plan, write_down_plan
from schools.models import PlanRemark, PlanState, TransitionPlan, User

LONGEST_REASONS = 4_000
"""Characters of the reasons, and of a remark."""


@transaction.atomic
def approve_plan(user: User, pk: int) -> TransitionPlan:
    """Approve it from today on; the version that was in force is superseded. Twice is once.

    Raises TransitionPlan.DoesNotExist where unseen, SignatureRefused with the reason.
    """
    plan = lock_plan(user, pk)
    if plan.state == PlanState.APPROVED and plan.decided_by_id == user.pk:
        return plan
    require(can_review_plan(user, plan))
    today = timezone.localdate()
    former = plan.school.plans.filter(state=PlanState.APPROVED).first()
    if former is not None:
        former.state, former.superseded_on = PlanState.SUPERSEDED, today
        former.save(update_fields=["state", "superseded_on"])
    plan.state, plan.approved_on = PlanState.APPROVED, today
    plan.decided_at, plan.decided_by = timezone.now(), user
    plan.save(update_fields=["state", "approved_on", "decided_at", "decided_by"])
    write_down_plan(user, plan, "approve_plan", PlanState.SUBMITTED)
    return plan


@transaction.atomic
def return_plan(user: User, pk: int, reasons: str) -> TransitionPlan:
    """Send it back, with what the school has to complete. Twice is once.

    Raises as ``approve_plan``, DecisionRefused without reasons.
    """
    reasons = reasons.strip()[:LONGEST_REASONS]
    if not reasons:
        raise DecisionRefused(_("Dites à l’école ce qu’il faut compléter."))
    plan = lock_plan(user, pk)
    if plan.state == PlanState.RETURNED and plan.decided_by_id == user.pk:
        return plan
    require(can_review_plan(user, plan))
    plan.state, plan.reasons = PlanState.RETURNED, reasons
    plan.decided_at, plan.decided_by = timezone.now(), user
    plan.save(update_fields=["state", "reasons", "decided_at", "decided_by"])
    write_down_plan(user, plan, "return_plan", PlanState.SUBMITTED, why=reasons)
    return plan


@transaction.atomic
def remark_plan(user: User, pk: int, body: str) -> PlanRemark:
    """Say something beside a version. The same words twice in a row are one.

    Raises TransitionPlan.DoesNotExist where unseen, SignatureRefused, DecisionRefused when empty.
    """
    body = body.strip()[:LONGEST_REASONS]
    if not body:
        raise DecisionRefused(_("Écrivez une remarque."))
    plan = lock_plan(user, pk)
    require(can_remark(user, plan))
    last = plan.remarks.order_by("-id").first()
    if last is not None and last.author_id == user.pk and last.body == body:
        return last  # a second tap
    remark = PlanRemark.objects.create(plan=plan, author=user, body=body)
    write_down_plan(user, plan, "remark_plan", plan.state, why=body)
    return remark

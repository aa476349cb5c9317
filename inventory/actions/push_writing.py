"""What the actions on a planned change share: the lock, its untouched steps, the journal."""

from __future__ import annotations

from typing import Any

from inventory.models import PushPlan, StepState
from inventory.models.push import PushStepQuerySet
from schools.actions.audit import record_action
from schools.live import announce_many
from schools.models import User


def lock_plan(user: User, pk: int) -> PushPlan:
    """A plan that the person sees, for this transaction. Raises PushPlan.DoesNotExist."""
    seen = PushPlan.objects.visible_to(user).select_for_update(of=("self",))
    return seen.select_related("author", "template_version__template", "canary_site").get(pk=pk)


def open_steps(plan: PushPlan) -> PushStepQuerySet:
    """Steps that nobody works at and that nothing was written for."""
    return plan.steps.filter(
        state__in=[StepState.WAITING, StepState.OFFLINE], lease_until=None, wrote_at=None
    )


def say(user: User | None, plan: PushPlan, verb: str, *, why: str = "", **values: Any) -> PushPlan:
    """Write the new values, the journal, and tell the open pages."""
    before = {"state": plan.state}
    for name, value in values.items():
        setattr(plan, name, value)
    plan.save(update_fields=list(values))
    record_action(user, verb, plan, before=before, after={"state": plan.state}, why=why)
    tell(plan)
    plan.refresh_from_db(fields=["version", "changed_at"])  # PostgreSQL counted
    return plan


def tell(plan: PushPlan) -> None:
    """The pages of those who see one of its sites read it again."""
    sites = plan.steps.order_by("site").values_list("site", flat=True).distinct()
    announce_many([{"topic": "push", "id": plan.pk, "site": site} for site in sites])

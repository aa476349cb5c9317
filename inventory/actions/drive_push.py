"""A technician drives an approved change: begin, go on, stop, undo, try one device again."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_prepare
from inventory.actions.decide_push_plan import block_sites
from inventory.actions.push_writing import lock_plan, say
from inventory.models import PushPlan, PushState, PushStep, StepState
from inventory.rules.push import CANARY, LIVE, OPEN, may_go
from schools.actions.audit import record_action
from schools.models import User


@transaction.atomic
def start_push(user: User, pk: int) -> PushPlan:
    """Begin with the first site. Twice is once. Raises DecisionRefused, DecisionImpossible."""
    plan = _driven(user, pk)
    if plan.state == PushState.CANARY and plan.started_at is not None:
        return plan
    _must_go(plan, PushState.CANARY, {PushState.APPROVED})
    if plan.expires_at <= timezone.now():
        raise DecisionImpossible(_("L’échéance de ce changement est passée : refaites-le."))
    block_sites(plan)
    now = timezone.now()
    return say(user, plan, "start_push", state=PushState.CANARY, wave=CANARY, started_at=now)


@transaction.atomic
def continue_push(user: User, pk: int) -> PushPlan:
    """End the observation of the first site before its time."""
    plan = _driven(user, pk)
    _must_go(plan, PushState.WAVES, {PushState.HELD})
    return say(user, plan, "continue_push", state=PushState.WAVES, wave=plan.wave + 1)


@transaction.atomic
def stop_push(user: User, pk: int, why: str = "") -> PushPlan:
    """Write to no further device. The one being written is finished or taken back by its worker."""
    plan = _driven(user, pk)
    if plan.state == PushState.STOPPED:
        return plan
    _must_go(plan, PushState.STOPPED, set(LIVE))
    told = why.strip()[:500] or _("Arrêté par %s.") % user
    return say(user, plan, "stop_push", why=why, state=PushState.STOPPED, stopped_why=told)


@transaction.atomic
def return_push(user: User, pk: int, why: str = "") -> PushPlan:
    """Put back every device of the plan as it was before. What still waited is given up."""
    plan = _driven(user, pk)
    if plan.state == PushState.RETURNING:
        return plan
    _must_go(plan, PushState.RETURNING, {PushState.DONE, PushState.STOPPED, PushState.EXPIRED})
    written = plan.steps.filter(state=StepState.VERIFIED)
    held = PushStep.objects.open().exclude(plan=plan).filter(device__in=written.values("device"))
    if (other := held.select_related("device", "plan").first()) is not None:
        said = _("%(device)s est pris par le changement « %(plan)s » : arrêtez-le d’abord.")
        raise DecisionImpossible(said % {"device": other.device, "plan": other.plan})
    waiting = plan.steps.filter(state__in=[StepState.WAITING, StepState.OFFLINE], lease_until=None)
    waiting.update(
        state=StepState.DROPPED, result=_("Abandonné au retour."), ended_at=timezone.now()
    )
    if not written.update(state=StepState.RETURNING, next_try_at=None, ended_at=None):
        raise DecisionImpossible(_("Rien n’a été écrit : il n’y a rien à remettre."))
    return say(user, plan, "return_push", why=why, state=PushState.RETURNING)


@transaction.atomic
def retry_push_step(user: User, pk: int) -> PushStep:
    """Try a device of a stopped change again, from its beginning; the change goes on with it."""
    seen = PushStep.objects.visible_to(user)
    plan = _driven(user, seen.values_list("plan", flat=True).get(pk=pk))
    step = seen.select_for_update(of=("self",)).select_related("device", "site__school").get(pk=pk)
    if step.state == StepState.OFFLINE:
        step.next_try_at = None
        step.save(update_fields=["next_try_at"])
        return step
    if step.state not in (StepState.FAILED, StepState.ROLLED_BACK) or step.after_hash:
        raise DecisionImpossible(_("Cet équipement n’a rien à réessayer."))
    if plan.expires_at <= timezone.now():
        raise DecisionImpossible(_("L’échéance de ce changement est passée : refaites-le."))
    state = PushState.CANARY if plan.wave == CANARY else PushState.WAVES
    if plan.state != state:
        _must_go(plan, state, {PushState.STOPPED})
    if PushStep.objects.open().filter(device=step.device_id).exists():
        raise DecisionImpossible(_("Un autre changement tient déjà cet équipement."))
    step.state, step.result, step.wrote_at, step.ended_at = StepState.WAITING, "", None, None
    step.attempts, step.tries, step.next_try_at, step.armed_until = 0, 0, None, None
    step.save()
    record_action(user, "retry_push_step", step, site=step.site)
    others = plan.steps.filter(state__in=["failed", "rolled_back"], after_hash="").exists()
    if not others and plan.state != state:
        say(user, plan, "resume_push", state=state, stopped_why="")
    return step


def _driven(user: User, pk: int) -> PushPlan:
    plan = lock_plan(user, pk)
    require(can_prepare(user))
    return plan


def _must_go(plan: PushPlan, state: str, before: set[str]) -> None:
    if plan.state not in before or not may_go(plan.state, state):
        raise DecisionImpossible(
            _("Ce changement est « %s » : l’action n’est plus possible.") % plan.get_state_display()
        )


def can_be_remade(plan: PushPlan) -> bool:
    """Whether some of its devices still want the change: a new plan may take them over."""
    wanting = [*(OPEN - {"pushing", "returning"}), "moved", "failed", "rolled_back", "dropped"]
    over = plan.state in (PushState.STOPPED, PushState.DONE, PushState.EXPIRED, PushState.RETURNED)
    over = over or plan.state == PushState.REFUSED
    return over and plan.steps.filter(state__in=wanting).exists()

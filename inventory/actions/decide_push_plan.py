"""A plan goes to a second person: submitted, taken back, approved, refused, given up."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.push import can_decide_on_plan, can_prepare, not_written
from inventory.actions.push_writing import lock_plan, open_steps, say
from inventory.models import PushPlan, PushState, StepState
from inventory.rules.push import CANARY, may_go
from schools.models import Site, User


@transaction.atomic
def submit_push_plan(user: User, pk: int) -> PushPlan:
    """Freeze it and ask a second person. Raises PushPlan.DoesNotExist, DecisionRefused,
    DecisionImpossible."""
    plan = lock_plan(user, pk)
    require(can_prepare(user))
    _must_go(plan, PushState.SUBMITTED)
    return say(
        user, plan, "submit_push_plan", state=PushState.SUBMITTED, submitted_at=timezone.now()
    )


@transaction.atomic
def withdraw_push_plan(user: User, pk: int) -> PushPlan:
    """Take it back before anybody decided."""
    plan = lock_plan(user, pk)
    require(can_prepare(user))
    _must_go(plan, PushState.DRAFT)
    return say(user, plan, "withdraw_push_plan", state=PushState.DRAFT, submitted_at=None)


@transaction.atomic
def approve_push_plan(user: User, pk: int, seen: int | None = None, why: str = "") -> PushPlan:
    """The second person agrees to what they read (``seen``: the plan's version then).

    Sites that have become the school's own since, or whose consent is gone, leave the plan here.
    """
    plan = lock_plan(user, pk)
    require(can_decide_on_plan(user, plan))
    _as_read(plan, seen)
    if plan.expires_at <= timezone.now():
        raise DecisionImpossible(_("L’échéance de ce changement est passée : refaites-le."))
    block_sites(plan)
    if not plan.steps.filter(wave=CANARY).open().exists():
        raise DecisionImpossible(
            _("La première implantation ne peut plus être écrite : refaites le changement.")
        )
    return _decide(user, plan, "approve_push_plan", PushState.APPROVED, why)


@transaction.atomic
def refuse_push_plan(user: User, pk: int, seen: int | None = None, why: str = "") -> PushPlan:
    """Not like this; ``why`` is needed. Its devices are free again."""
    plan = lock_plan(user, pk)
    require(can_decide_on_plan(user, plan))
    _as_read(plan, seen)
    if not why.strip():
        raise DecisionImpossible(_("Dites ce qu’il faut changer."))
    drop_steps(plan, _("Changement refusé."))
    return _decide(user, plan, "refuse_push_plan", PushState.REFUSED, why)


@transaction.atomic
def drop_push_plan(user: User, pk: int, why: str = "") -> PushPlan:
    """Give up a draft, or what was approved and not begun."""
    plan = lock_plan(user, pk)
    require(can_prepare(user))
    _must_go(plan, PushState.DROPPED)
    drop_steps(plan, _("Changement abandonné."))
    now = timezone.now()
    return say(user, plan, "drop_push_plan", why=why, state=PushState.DROPPED, ended_at=now)


def _decide(user: User, plan: PushPlan, verb: str, state: PushState, why: str) -> PushPlan:
    return say(
        user,
        plan,
        verb,
        why=why,
        state=state,
        decided_by=user,
        decided_at=timezone.now(),
        decision=why.strip()[:500],
    )


def _must_go(plan: PushPlan, state: PushState) -> None:
    if not may_go(plan.state, state):
        raise DecisionImpossible(
            _("Ce changement est « %s » : l’action n’est plus possible.") % plan.get_state_display()
        )


def _as_read(plan: PushPlan, seen: int | None) -> None:
    if seen is not None and seen != plan.version:
        raise DecisionImpossible(
            _("Le changement a été modifié depuis votre lecture : relisez-le.")
        )


def block_sites(plan: PushPlan) -> int:
    """Set aside the devices of sites that may no longer be written to. Returns how many."""
    today, blocked = timezone.localdate(), 0
    sites = Site.objects.filter(pk__in=open_steps(plan).values("site")).select_related("school")
    for site, why in not_written(list(sites), today).items():
        rows = open_steps(plan).filter(site=site)
        blocked += rows.update(state=StepState.BLOCKED, result=why, ended_at=timezone.now())
    return blocked


def drop_steps(plan: PushPlan, why: str) -> int:
    """Let go of the devices that nothing was written on."""
    return open_steps(plan).update(state=StepState.DROPPED, result=why, ended_at=timezone.now())

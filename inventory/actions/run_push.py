"""Workers share the steps of all plans: claim one, carry it out, let the plan follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.actions.decide_push_plan import drop_steps
from inventory.actions.push_permit import LEASE
from inventory.actions.push_step import push_step
from inventory.actions.push_writing import say
from inventory.models import PushPlan, PushState, PushStep
from inventory.models.push import new_token
from inventory.reach import Reach
from inventory.rules.push import Situation, next_move

_CLAIM = """
UPDATE inventory_pushstep SET
       state = CASE WHEN state = 'returning' THEN state ELSE 'pushing' END,
       token = %(token)s,
       lease_until = %(until)s,
       started_at = coalesce(started_at, %(now)s)
 WHERE id = (
       SELECT s.id
         FROM inventory_pushstep s JOIN inventory_pushplan p ON p.id = s.plan_id
        WHERE (
              (s.state IN ('waiting', 'offline') AND p.state IN ('canary', 'waves')
               AND s.wave <= p.wave AND p.expires_at > %(now)s
               AND (s.next_try_at IS NULL OR s.next_try_at <= %(now)s))
           OR (s.state = 'pushing' AND s.lease_until < %(now)s)
           OR (s.state = 'returning'
               AND (s.lease_until IS NULL OR s.lease_until < %(now)s)
               AND (s.next_try_at IS NULL OR s.next_try_at <= %(now)s)))
          AND (%(plan)s::bigint IS NULL OR s.plan_id = %(plan)s)
          AND NOT EXISTS (SELECT FROM inventory_pushstep o
                           WHERE o.site_id = s.site_id AND o.id <> s.id
                             AND o.lease_until IS NOT NULL)
        ORDER BY s.plan_id, s.wave, s.next_try_at NULLS FIRST, s.id
        LIMIT 1 FOR UPDATE OF s SKIP LOCKED)
RETURNING id
"""


def claim_step(now: dt.datetime, plan: int | None = None) -> PushStep | None:
    """Take the next device to write to, or one whose worker died. One device of a site at a time:
    the constraint settles it between two workers that look at once."""
    values: dict[str, Any] = {"token": new_token(), "until": now + LEASE, "now": now, "plan": plan}
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLAIM, values)
            row = cursor.fetchone()
    except IntegrityError:
        return None
    if row is None:
        return None
    related = ("plan__template_version__template", "device__room", "site__school")
    return PushStep.objects.select_related(*related).get(pk=row[0])


def push_one(reach: Reach, plan: int | None = None, pause_s: float = 5.0) -> bool:
    """Carry out one step, if there is one; its plan follows. Returns whether there was one."""
    step = claim_step(timezone.now(), plan)
    if step is None:
        return False
    push_step(step, reach, pause_s)
    advance_plan(step.plan_id, timezone.now())
    return True


def advance_plans(now: dt.datetime) -> int:
    """Let every plan follow its devices and the clock. Returns how many moved."""
    moving = Q(state__in=["canary", "held", "waves", "returning"])
    moving |= Q(state__in=["submitted", "approved"], expires_at__lte=now)
    keys = PushPlan.objects.filter(moving).values_list("pk", flat=True)
    return sum(advance_plan(key, now) for key in list(keys))


def advance_plan(pk: int, now: dt.datetime) -> bool:
    """Move one plan as far as it goes now. Twice is once: the row is locked."""
    moved = False
    with transaction.atomic():
        rows = PushPlan.objects.select_for_update(of=("self",), no_key=True)
        plan = rows.filter(pk=pk).first()
        while plan is not None and _moved(plan, now):
            moved = True
    return moved


def _moved(plan: PushPlan, now: dt.datetime) -> bool:
    if plan.state in ("submitted", "approved") and plan.expires_at <= now:
        drop_steps(plan, _("Échéance passée."))
        say(None, plan, "expire_push", state=PushState.EXPIRED, ended_at=now)
        return True
    steps = tuple(plan.steps.values_list("wave", "state"))
    situation = Situation(
        plan.state, plan.wave, plan.held_since, plan.hold, plan.expires_at, _in_play(steps)
    )
    move = next_move(situation, now)
    if move is None:
        return False
    values: dict[str, Any] = {"state": move.state, "wave": move.wave}
    if move.state == PushState.HELD:
        values["held_since"] = now
    if move.state in (PushState.DONE, PushState.EXPIRED, PushState.RETURNED):
        values["ended_at"] = now
    if move.why in _WHY:
        values["stopped_why"] = _first_trouble(plan, move.why)
    if move.state == PushState.EXPIRED:
        drop_steps(plan, _("Échéance passée avant que l’équipement réponde."))
    say(None, plan, _VERB[move.state], **values)
    return True


def _in_play(steps: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """What was left out from the beginning says nothing of how the plan goes."""
    return tuple((wave, state) for wave, state in steps if state not in ("skipped", "blocked"))


_WHY = frozenset({"failed", "unproved"})
_VERB: dict[str, str] = {
    PushState.HELD: "hold_push",
    PushState.WAVES: "next_wave",
    PushState.STOPPED: "stop_push",
    PushState.DONE: "finish_push",
    PushState.EXPIRED: "expire_push",
    PushState.RETURNED: "finish_return",
}


def _first_trouble(plan: PushPlan, why: str) -> str:
    """What stopped it, in words: the device that failed, or that nothing was proved."""
    if why == "unproved":
        return str(
            _("La première implantation n’a rien prouvé : aucun équipement n’y a été écrit.")
        )
    bad = plan.steps.filter(state__in=["failed", "rolled_back"]).select_related("device")
    step = bad.order_by("ended_at").first()
    return f"{step.device} : {step.result}"[:500] if step else ""

"""The last question before each write, under lock: still ours, approved, allowed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inventory.access.push import can_be_written
from inventory.models import PushPlan, PushStep
from inventory.rules.push import LIVE
from schools.actions.audit import record_action
from schools.models import Site
from schools.rules import Refused

LEASE = dt.timedelta(minutes=4)
"""Longer than any single exchange with a device: a worker that is silent for so long is dead."""


class Overtaken(Exception):
    """Another worker holds the step now: this one may write nothing more."""


class Halted(Exception):
    """The plan was stopped, or expired, before anything was written."""


class Forbidden(Exception):
    """The site may not be written to any more; the text says why."""


def permit(step: PushStep, verb: str = "", *, unless_stopped: bool = True) -> None:
    """Commit that lines are about to be sent. The site's row is locked, as a choice of management
    locks it: a school that takes its network over waits for this, or is seen by it.

    ``unless_stopped``: a stopped plan, or one that expired, begins nothing new: not even for the
    worker that follows a killed one. It does put back and finish.
    Raises Overtaken, Halted, Forbidden.
    """
    with transaction.atomic():
        locked = Site.objects.select_for_update(of=("self",), no_key=True)
        site = locked.select_related("school").get(pk=step.site_id)
        now = timezone.now()
        plan = PushPlan.objects.select_for_update(of=("self",), no_key=True).get(pk=step.plan_id)
        mine = PushStep.objects.select_for_update(of=("self",)).filter(pk=step.pk, token=step.token)
        row = mine.first()
        if row is None:
            raise Overtaken
        answer = can_be_written(site, timezone.localdate(now))
        if isinstance(answer, Refused):
            raise Forbidden(answer.why)
        over = plan.state not in LIVE or plan.expires_at <= now
        if unless_stopped and row.wrote_at is None and over:
            raise Halted
        values: dict[str, Any] = {"lease_until": now + LEASE}
        if row.wrote_at is None:
            values |= {"wrote_at": now, "attempts": F("attempts") + 1}
        mine.update(**values)
        if verb:
            record_action(None, verb, step, site=site, after={"lines": step.added + step.removed})
    step.wrote_at = step.wrote_at or now


def hold(step: PushStep, **values: Any) -> None:
    """Keep the step a while longer, and note something about it. Raises Overtaken."""
    mine = PushStep.objects.filter(pk=step.pk, token=step.token)
    if not mine.update(lease_until=timezone.now() + LEASE, **values):
        raise Overtaken
    for name, value in values.items():
        setattr(step, name, value)

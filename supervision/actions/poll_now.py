"""A person asks for a fresh reading of a device."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from schools.actions.audit import record_action
from schools.models import User
from schools.rules import Refused
from supervision.access import can_poll_now
from supervision.actions.wake_targets import wake_targets
from supervision.models import Target


def poll_now(actor: User, target: Target, now: dt.datetime) -> list[int]:
    """Make the target due now; returns the ids to hand to ``supervision.tasks.poll_targets``.

    Raises PermissionDenied with the reason.
    """
    answer = can_poll_now(actor, target, timezone.localdate(now))
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    wake_targets([target.pk], now)
    record_action(actor, "poll_now", target, site=target.site)
    return [target.pk]

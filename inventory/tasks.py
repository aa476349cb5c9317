"""Jobs of the inventory. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from time import monotonic

from celery import shared_task
from django.utils import timezone

from inventory.actions.own_reach import own_reach
from inventory.actions.run_push import advance_plans, push_one

LONGEST_S = 60.0
"""No further device is begun after this; the one in hand is finished."""


@shared_task
def push_due() -> int:
    """Write to whatever device is due, one after the other. Returns how many were turned to.

    The clock starts one every few seconds: as many devices are written at once as there are
    processes, never two of one site.
    """
    advance_plans(timezone.now())
    began, done = monotonic(), 0
    while monotonic() < began + LONGEST_S and push_one(own_reach()):
        done += 1
    return done

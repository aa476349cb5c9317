"""Jobs of the inventory. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

import datetime as dt
from time import monotonic

from celery import shared_task
from django.utils import timezone

from inventory.actions.booking import tell_waiting as waiting
from inventory.actions.configuration.back_up import back_up
from inventory.actions.configuration.claim import claim_due, claim_these, put_off_unconsented
from inventory.actions.consumables import check_ledger as ledger
from inventory.actions.labels import print_labels as printing
from inventory.actions.notice_declarations import mail_notices, notice_declarations
from inventory.actions.own_reach import own_reach
from inventory.actions.run_push import advance_plans, push_one

LONGEST_S = 10.0
"""No batch begins after this: with the last one's deadline a task ends within a minute."""


@shared_task
def back_up_due() -> int:
    """Read the configurations that are due, batch after batch. Returns how many could be read."""
    began, read = monotonic(), 0
    now = timezone.now()
    put_off_unconsented(now, now + dt.timedelta(hours=1))
    while monotonic() < began + LONGEST_S:
        claimed = claim_due(timezone.now())
        if not claimed:
            break
        read += back_up(claimed)
    return read


@shared_task
def back_up_these(keys: list[int]) -> int:
    """Read these now: a person asked."""
    return back_up(claim_these(keys, timezone.now()))


PUSHING_S = 60.0
"""No further device is begun after this; the one in hand is finished."""


@shared_task
def push_due() -> int:
    """Write to whatever device is due, one after the other. Returns how many were turned to.

    The clock starts one every few seconds: as many devices are written at once as there are
    processes, never two of one site.
    """
    advance_plans(timezone.now())
    began, done = monotonic(), 0
    while monotonic() < began + PUSHING_S and push_one(own_reach()):
        done += 1
    return done


@shared_task
def tell_waiting() -> int:
    """Once a minute: tell those who wait that their slot is free, and write to them."""
    waiting.tell_waiting(timezone.now())
    return waiting.mail_waiting()


@shared_task
def check_ledger() -> int:
    """Every night: how many lines of stock do not add up."""
    return len(ledger.check_ledger())


@shared_task
def print_labels(pk: int) -> None:
    """Print the labels that somebody asked for."""
    printing.print_labels(pk)


@shared_task
def keep_labels() -> None:
    """Once a minute: take up what a killed worker left; forget runs past their days."""
    now = timezone.now()
    for pk in printing.runs_to_resume(now):
        print_labels.delay(pk)
    printing.forget_label_runs(now)


@shared_task
def tell_declarations() -> int:
    """Once a day, in the morning: who is to be told of a declaration is told once, by letter."""
    notice_declarations(timezone.localdate())
    return mail_notices()

"""Jobs of the inventory. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.actions.booking import tell_waiting as waiting
from inventory.actions.consumables import check_ledger as ledger


@shared_task
def tell_waiting() -> int:
    """Once a minute: tell those who wait that their slot is free, and write to them."""
    waiting.tell_waiting(timezone.now())
    return waiting.mail_waiting()


@shared_task
def check_ledger() -> int:
    """Every night: how many lines of stock do not add up."""
    return len(ledger.check_ledger())

"""Jobs of calls: receipts of what was sent, reminders of what was not."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.grants.actions.calls import receipts
from inventory.grants.actions.calls import remind_drafts as reminding


@shared_task(name="inventory.grants.tasks.send_receipts")
def send_receipts() -> int:
    """Make and mail the receipts that wait."""
    return receipts.send_receipts()


@shared_task(name="inventory.grants.tasks.remind_drafts")
def remind_drafts() -> int:
    """Tell those whose draft is not sent that the deadline comes."""
    return reminding.remind_drafts(timezone.now())

"""Jobs of resources given back. Each may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.grants.actions.returns import obligations, reminders, snapshot


@shared_task(name="inventory.grants.tasks.note_returns")
def note_returns() -> int:
    """Every few minutes: what newly granted projects owe, and until when after a delivery."""
    made = obligations.note_obligations(timezone.now())
    obligations.follow_deliveries(obligations.last_deliveries())
    return made


@shared_task(name="inventory.grants.tasks.remind_returns")
def remind_returns() -> int:
    """Once a day, in the morning: whoever is to be reminded is reminded once, by letter."""
    reminders.note_reminders(timezone.localdate())
    return reminders.mail_reminders()


@shared_task(name="inventory.grants.tasks.keep_indicators")
def keep_indicators() -> int:
    """Every night: the indicators of the day."""
    return snapshot.keep_snapshot(timezone.localdate())

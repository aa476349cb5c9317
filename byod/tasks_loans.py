"""Jobs of loans. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from byod.actions.loans import remind


@shared_task(name="byod.tasks_loans.remind_loans")
def remind_loans() -> int:
    """On school mornings: what is due soon or late is told once a rung, by letter."""
    remind.note_reminders(timezone.localdate())
    return remind.mail_reminders()

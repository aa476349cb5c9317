"""What workers run for the register."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from schools.actions import verify_journal as journal


@shared_task
def verify_journal() -> None:
    """Every night: does the chain of the journal hold? The answer is a row and a metric."""
    journal.verify_journal(timezone.now())

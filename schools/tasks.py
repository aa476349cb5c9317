"""What workers run for the register. Each may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from schools.actions import choose_management as choosing
from schools.actions import clear_sessions as house
from schools.actions import verify_journal as journal


@shared_task
def verify_journal() -> None:
    """Every night: does the chain of the journal hold? The answer is a row and a metric."""
    journal.verify_journal(timezone.now())


@shared_task
def clear_sessions() -> None:
    """Once an hour: sessions and counts that are over go."""
    house.clear_sessions(timezone.now())


@shared_task
def settle_management() -> int:
    """Once a minute: choices of management whose day has come show in the lists."""
    return choosing.settle_management()

"""Jobs of privacy. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from byod.actions.privacy.retention import run_retention


@shared_task(name="byod.tasks_privacy.keep_retention")
def keep_retention() -> int:
    """Every night: figures of the month, then everything whose time is up is forgotten."""
    run = run_retention(timezone.now())
    return run.total if run else 0

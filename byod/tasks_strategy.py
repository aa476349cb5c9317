"""Jobs of the strategy. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from byod.actions.strategy.review import open_due_reviews


@shared_task(name="byod.tasks_strategy.open_reviews")
def open_reviews() -> int:
    """Once a day: strategies whose year is over are under review."""
    return open_due_reviews(timezone.localdate())

"""Work of the register that nobody waits for."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from schools.actions import clear_sessions as house


@shared_task
def clear_sessions() -> None:
    """Once an hour: sessions and counts that are over go."""
    house.clear_sessions(timezone.now())

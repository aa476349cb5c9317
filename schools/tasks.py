"""Jobs of the register. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task

from schools.actions import choose_management as choosing


@shared_task
def settle_management() -> int:
    """Once a minute: choices of management whose day has come show in the lists."""
    return choosing.settle_management()

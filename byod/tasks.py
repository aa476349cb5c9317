"""Jobs of every pupil connected, where Celery looks for them: each part brings its own."""

from __future__ import annotations

from byod import (
    tasks_equity,
    tasks_loans,
    tasks_network,
    tasks_people,
    tasks_privacy,
    tasks_strategy,
)

__all__ = [
    "tasks_equity",
    "tasks_loans",
    "tasks_network",
    "tasks_people",
    "tasks_privacy",
    "tasks_strategy",
]

"""Jobs of equity. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from byod.actions.equity import find_unused
from byod.actions.equity import send_operator_orders as sending


@shared_task(name="byod.tasks_equity.send_operator_orders")
def send_operator_orders() -> int:
    """Every minute: what waits for operators is told to them."""
    return sending.send_operator_orders()


@shared_task(name="byod.tasks_equity.ask_about_lines")
def ask_about_lines() -> int:
    """Every morning: unused lines and those that expire; whoever has them is asked."""
    find_unused.note_lines(timezone.localdate())
    return find_unused.mail_line_notices()

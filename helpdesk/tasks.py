"""What workers run for the helpdesk."""

from __future__ import annotations

from celery import shared_task

from helpdesk.actions.close_quiet_tickets import close_quiet_tickets
from helpdesk.actions.open_for_damage import open_for_damages
from helpdesk.actions.open_tickets import open_tickets as pull


@shared_task(name="helpdesk.tasks.open_tickets")
def open_tickets() -> None:
    """Turn supervision's new facts into tickets. Run it as often and as many times as you like."""
    pull()


@shared_task(name="helpdesk.tasks.open_for_damages")
def open_damages() -> int:
    """Turn reported damages of lent devices into tickets. Harmless however often it runs."""
    return open_for_damages()


@shared_task(name="helpdesk.tasks.close_quiet")
def close_quiet() -> None:
    """Close resolved tickets that nobody contested within the quiet days."""
    close_quiet_tickets()

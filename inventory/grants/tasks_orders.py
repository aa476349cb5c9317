"""Jobs of orders and deliveries. Each may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from inventory.grants.actions.orders import tell_deliveries as telling


@shared_task(name="inventory.grants.tasks.tell_deliveries")
def tell_deliveries() -> int:
    """Every few minutes: a delivery that is coming, arrived or unsigned is told once, by letter."""
    telling.note_deliveries(timezone.localdate())
    return telling.mail_deliveries()

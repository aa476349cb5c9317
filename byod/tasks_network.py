"""Jobs of network. All of them may run twice, in parallel, and be killed at any point."""

from __future__ import annotations

import logging

from celery import shared_task
from django.utils import timezone

from byod.actions.network.end_sessions import find_sessions_to_end, send_orders
from byod.actions.network.remind_certificates import mail_endings, note_endings

log = logging.getLogger(__name__)


@shared_task
def end_sessions() -> None:
    """Ask devices to leave whose right ended, and write down what their NAS answers."""
    now = timezone.now()
    found = find_sessions_to_end(now)
    counts = send_orders(now)
    if found or any(counts.values()):
        log.info("network: %s sessions to end, %s", found, counts)


@shared_task
def remind_certificates() -> int:
    """On school mornings: whose device's access ends in a month, or a week, is written to."""
    note_endings(timezone.now())
    return mail_endings()

"""Wake a worker after the commit. A nudge that is lost costs seconds: beat looks every ten."""

from __future__ import annotations

import logging

from celery import current_app
from django.db import transaction

log = logging.getLogger(__name__)

SEND_INVITATIONS = "schools.tasks.send_invitations"


def send_soon() -> None:
    """Ask for the messages that wait, once this transaction is committed."""
    transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    try:
        current_app.tasks[SEND_INVITATIONS].apply_async(expires=60, retry=False)
    except Exception:
        # the broker is away: what waits is a row, and beat finds it when the broker is back
        log.warning("no worker could be woken for invitations", exc_info=True)

"""The nightly purge: count, then let each part forget what its time is up for.

Each part forgets and writes its counts in one transaction: killed at any point, what is counted is
what is gone, and the next run takes up the rest. One run at a time, by an advisory lock.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.utils import timezone

from byod.actions.equity import keeping as equity
from byod.actions.loans import keeping as loans
from byod.actions.network import keeping as network
from byod.actions.people import keeping as people
from byod.actions.privacy.count_month import count_month
from byod.actions.strategy import keeping as strategy
from byod.models.privacy.runs import RetentionRun

logger = logging.getLogger(__name__)
LOCK = 6_279_013
"""Of this run alone, among the advisory locks of the database."""
Forget = Callable[[dt.datetime], dict[str, int]]
PARTS: tuple[tuple[str, Forget], ...] = (
    ("loans", loans.forget),
    ("equity", equity.forget),
    ("network", network.forget),
    ("strategy", strategy.forget),
    ("people", people.forget),
)
"""People last: a loan is unlinked before its borrower has no name."""


def run_retention(now: dt.datetime) -> RetentionRun | None:
    """Purge what is due at ``now``. None while another process does it. Twice purges nothing more.

    A part that fails is told by its name and the kind of error, never by its text, which may hold
    what was to be forgotten; the others go on.
    """
    with _alone() as ours:
        if not ours:
            return None
        count_month(now)
        run = RetentionRun.objects.create(started_at=now)
        for name, forget in PARTS:
            _forget(run, name, forget, now)
        run.finished_at = timezone.now()
        run.save(update_fields=["finished_at"])
        return run


def _forget(run: RetentionRun, name: str, forget: Forget, now: dt.datetime) -> None:
    """One part and its counts, together or not at all."""
    try:
        with transaction.atomic():
            told = {key: n for key, n in forget(now).items() if n}
            if told:
                run.counts |= {key: run.counts.get(key, 0) + n for key, n in told.items()}
                run.save(update_fields=["counts"])
    except Exception as error:
        run.refresh_from_db(fields=["counts"])
        run.failed |= {name: type(error).__name__}
        run.save(update_fields=["failed"])
        logger.error("Retention of %s failed: %s", name, type(error).__name__)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether this process holds the lock; it goes with the connection if the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])

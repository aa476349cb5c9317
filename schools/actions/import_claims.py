"""Who works on an import: a claim with a lease, so that a killed worker's run is taken over."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from dataclasses import dataclass, field

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F, Q
from django.utils import timezone

from schools.models import ImportRun
from schools.models.imports import ImportRunQuerySet

LEASE = dt.timedelta(seconds=45)
"""A worker that has said nothing for this long is dead; its run is anybody's."""
TICK_S = 0.5
MOST_ATTEMPTS = 5
"""A file that kills its worker again and again must not do so for ever."""


class ClaimLost(RuntimeError):
    """The run is no longer ours: abandoned by a person, or taken over after a long silence."""


@dataclass
class Claim:
    """The right to work on a run in one of its states."""

    run: ImportRun
    token: uuid.UUID
    beaten_at: float = field(default_factory=time.monotonic)
    inside: bool = False
    """Within the transaction that applies: progress is told through a connection of its own."""
    _aside: BaseDatabaseWrapper | None = None

    def tick(self, done: int, total: int | None = None) -> None:
        """Say how far we are, twice a second at most; renews the lease. Raises ClaimLost."""
        if time.monotonic() < self.beaten_at + TICK_S:
            return
        self.beaten_at = time.monotonic()
        if self.inside:
            self._tell_aside(done, total)
        elif not self._mine().update(**_progress(done, total)):
            raise ClaimLost

    def settle(self, **values: object) -> None:
        """Write how it ended and let go. Raises ClaimLost: the caller's transaction is undone."""
        if not self._mine().update(claim=None, claimed_at=None, **values):
            raise ClaimLost
        self.run.refresh_from_db()

    def close(self) -> None:
        """Let the second connection go."""
        if self._aside is not None:
            self._aside.close()
            self._aside = None

    def _mine(self) -> ImportRunQuerySet:
        return ImportRun.objects.filter(pk=self.run.pk, claim=self.token, state=self.run.state)

    def _tell_aside(self, done: int, total: int | None) -> None:
        """What a transaction writes, nobody sees before its end: progress must not wait for it."""
        if self._aside is None:
            self._aside = connection.copy()
        with self._aside.cursor() as cursor:
            cursor.execute("SET lock_timeout = 200")
            cursor.execute(
                "UPDATE schools_importrun SET done = %s, total = %s, claimed_at = %s "
                "WHERE id = %s AND claim = %s",
                [done, total or self.run.total, timezone.now(), self.run.pk, self.token],
            )


def _progress(done: int, total: int | None) -> dict[str, object]:
    told: dict[str, object] = {"done": done, "claimed_at": timezone.now()}
    return told if total is None else {**told, "total": total}


def take_claim(pk: int, state: str) -> Claim | None:
    """Claim a run in ``state``; None when it is elsewhere, or somebody works on it."""
    now, token = timezone.now(), uuid.uuid4()
    free = Q(claim=None) | Q(claimed_at__lt=now - LEASE)
    taken = ImportRun.objects.filter(free, pk=pk, state=state).update(
        claim=token, claimed_at=now, attempts=F("attempts") + 1
    )
    return Claim(ImportRun.objects.get(pk=pk), token) if taken else None

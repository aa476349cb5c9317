"""The pull: supervision's facts that no ticket knows yet become tickets, or join theirs.

Supervision never calls the helpdesk. What is to be done is a query (incidents without a cause
row, closed incidents whose recovery is not written), so that a crash, a retry and any number of
workers are harmless: rows are locked with SKIP LOCKED, looked at again under the lock, and the
OneToOne of ``TicketCause.incident`` is the last guard.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from helpdesk.actions.attach_consequences import attach_consequences
from helpdesk.actions.follow_causes import follow_causes
from helpdesk.actions.open_for_incident import open_for_incident
from helpdesk.actions.write_recoveries import write_recoveries
from helpdesk.models import TicketCause
from helpdesk.reach import touched_by
from supervision.models import Incident, IncidentState

BATCH = 100
LOOK_BACK = dt.timedelta(days=1)
"""A fault raised and ended while nobody pulled still gets its ticket, opened and closed at once."""
ROUNDS = 50
"""Batches of one call at most: a storm of 5,000 faults; the next tick takes the rest."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """What one call did."""

    opened: int = 0
    joined: int = 0
    attached: int = 0
    recovered: int = 0
    followed: int = 0
    """Consequences that outlived their cause."""

    def __add__(self, other: Pulled) -> Pulled:
        return Pulled(
            self.opened + other.opened,
            self.joined + other.joined,
            self.attached + other.attached,
            self.recovered + other.recovered,
            self.followed + other.followed,
        )


def open_tickets(now: dt.datetime | None = None, batch: int = BATCH) -> Pulled:
    """Open, join, attach and write recoveries until nothing is left to do."""
    total = Pulled()
    for _round in range(ROUNDS):
        followed = follow_causes(now or timezone.now(), batch)
        done = _pull_roots(now or timezone.now(), batch)
        done += Pulled(attached=attach_consequences(now or timezone.now(), batch))
        done += Pulled(recovered=write_recoveries(now or timezone.now(), batch))
        done += Pulled(followed=followed)
        total += done
        if done == Pulled():
            break
    return total


@transaction.atomic
def _pull_roots(now: dt.datetime, batch: int) -> Pulled:
    """One batch of raised incidents without a ticket, in one transaction."""
    answered = TicketCause.objects.filter(incident=OuterRef("pk"))
    ended_unseen = Q(
        state=IncidentState.CLOSED, raised_at__isnull=False, closed_at__gt=now - LOOK_BACK
    )
    claimed = list(
        Incident.objects.filter(Q(state=IncidentState.OPEN) | ended_unseen, root=None)
        .filter(~Exists(answered))
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:batch]
    )
    # Another worker may have committed between our snapshot and our lock: look again.
    taken = set(TicketCause.objects.filter(incident__in=claimed).values_list("incident", flat=True))
    roots = [pk for pk in claimed if pk not in taken]
    if not roots:
        return Pulled()
    incidents = Incident.objects.select_related(
        "device__product", "device__room", "site__school", "check_row__target"
    ).in_bulk(roots)
    touched = touched_by(roots)
    opened = joined = 0
    for pk in roots:
        made = open_for_incident(incidents[pk], touched[pk], now)
        opened += made is True
        joined += made is False
    return Pulled(opened=opened, joined=joined)

"""Claim devices whose configuration is due: any number of workers share the Region.

A claim is a lease with a token. A worker that dies lets its lease end, and the device is due again;
one that comes back too late finds another token and writes nothing. A device that a planned change
is written to is left alone until that has ended.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from inventory.actions.configuration.logins import login_for
from inventory.cli.contract import Endpoint, Login
from inventory.models import AccessState, CliAccess, DeviceState, PushStep
from schools.models import supervised_sites

BATCH = 8
LEASE = dt.timedelta(minutes=3)
"""Longer than a reading can take (CONFIG_TIMEOUT_S for signing in, the same for reading)."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A device to read now, and how. ``login`` None: nobody gave us one."""

    access_id: int
    device_id: int
    site_id: int
    token: uuid.UUID
    endpoint: Endpoint
    login: Login | None
    set_id: int | None
    suspended: bool
    cause: str
    actor_id: int | None


def claim_due(now: dt.datetime, batch: int = BATCH) -> list[Claimed]:
    """Take up to ``batch`` devices that are due; nobody else gets them while the lease lasts.

    Without a schedule (CONFIG_BACKUP_HOURS 0) only those that somebody waits for are due.
    """
    due = Q(next_backup_at__lte=now)
    if settings.CONFIG_BACKUP_HOURS <= 0:
        due &= Q(wanted_at__isnull=False)
    return _claim(due, now, batch)


def claim_these(keys: Iterable[int], now: dt.datetime) -> list[Claimed]:
    """Take these, if somebody waits for them and nobody reads them already."""
    wanted = list(keys)
    return _claim(Q(pk__in=wanted, wanted_at__isnull=False), now, len(wanted))


@transaction.atomic
def _claim(which: Q, now: dt.datetime, batch: int) -> list[Claimed]:
    rows = list(
        CliAccess.objects.filter(which, enabled=True)
        .exclude(state=AccessState.PAUSED)
        .filter(Q(lease_until=None) | Q(lease_until__lt=now))
        .filter(
            device__state=DeviceState.INSTALLED,
            device__site__in=supervised_sites(timezone.localdate(now)).open(),
        )
        .exclude(device__in=PushStep.objects.held(now).values("device"))
        .select_related("device__site__school", "credential_set")
        .order_by("next_backup_at", "pk")
        .select_for_update(skip_locked=True, of=("self",))[:batch]
    )
    claimed = []
    for row in rows:
        token = uuid.uuid4()
        CliAccess.objects.filter(pk=row.pk).update(token=token, lease_until=now + LEASE)
        claimed.append(_claimed(row, token))
    return claimed


def _claimed(row: CliAccess, token: uuid.UUID) -> Claimed:
    chosen = login_for(row)
    return Claimed(
        access_id=row.pk,
        device_id=row.device_id,
        site_id=row.device.site_id,
        token=token,
        endpoint=Endpoint(row.platform, row.address, row.port, row.host_key),
        login=chosen.login() if chosen and not chosen.is_suspended else None,
        set_id=chosen.pk if chosen else None,
        suspended=bool(chosen and chosen.is_suspended),
        cause=row.wanted,
        actor_id=row.wanted_by_id,
    )


def put_off_unconsented(now: dt.datetime, until: dt.datetime) -> int:
    """Move what is due and may not be read out of the way of the search; the claim asks for
    consents by itself, so this is speed, never the gate. Returns how many."""
    allowed = supervised_sites(timezone.localdate(now)).open()
    due = CliAccess.objects.filter(enabled=True, next_backup_at__lte=now)
    stuck = due.exclude(device__site__in=allowed) | due.exclude(device__state=DeviceState.INSTALLED)
    keys = list(stuck.values_list("pk", flat=True)[:1000])
    mine = CliAccess.objects.filter(pk__in=keys, next_backup_at__lte=now)
    return mine.update(next_backup_at=until, wanted_at=None)

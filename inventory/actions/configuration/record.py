"""Keep what a reading brought: a version, or that nothing changed; or why there is none.

One transaction, under the lock of the device's access. A worker that was overtaken writes nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F

from inventory.actions.configuration.claim import LEASE
from inventory.actions.configuration.settle_drift import judge_drift
from inventory.cli.platforms import platform_of
from inventory.cli.volatile import stable
from inventory.models import (
    AccessState,
    Cause,
    CliAccess,
    CliCredentialSet,
    ConfigBackup,
    ConfigBlob,
    ConfigFailure,
    FailureReason,
    PushStep,
)
from inventory.models.configuration import NEEDS_A_PERSON
from inventory.rules.configuration import announced_at, next_slot, retry_after
from schools.actions.audit import record_action
from schools.live import announce

MOST_ALARMS = 20
AFTER_WRITING = dt.timedelta(minutes=1)
PLANNED = frozenset({Cause.AFTER_PUSH})
"""What is read for these reasons is what somebody wanted."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A configuration that a device showed, as it printed it."""

    text: str
    took_ms: int
    host_key: str = ""


@transaction.atomic
def keep_reading(
    access_id: int,
    reading: Reading,
    now: dt.datetime,
    *,
    token: uuid.UUID | None = None,
    cause: str = Cause.SCHEDULE,
    actor_id: int | None = None,
    set_id: int | None = None,
) -> ConfigBackup | None:
    """Keep what was read. ``token`` None: somebody who holds the device otherwise (a push).

    The version that is current now; None when another worker took the device over, or writes to
    it: what was read in the middle of a change is nobody's configuration.
    """
    access = _locked(access_id, token)
    if access is None or (token is not None and _put_off(access, now)):
        return None
    before = ConfigBackup.objects.current().filter(device=access.device_id).first()
    text = stable(reading.text, platform_of(access.platform))
    digest = ConfigBlob.keep(text)
    if before is not None and before.blob_id == digest:
        current = _seen_again(before, now)
    else:
        if before is not None:
            ConfigBackup.objects.filter(pk=before.pk).update(current=False)
        version = ConfigBackup(
            device_id=access.device_id,
            blob_id=digest,
            platform=access.platform,
            at=now,
            last_seen_at=now,
            took_ms=reading.took_ms,
            cause=cause,
            actor_id=actor_id,
        )
        current = _new_version(access, version, first=before is None)
    judge_drift(access, current, now, planned=cause in PLANNED)
    if current is not before:
        access.false_alarms = 0
    elif cause == Cause.TRAP:
        access.false_alarms = min(access.false_alarms + 1, MOST_ALARMS)
    _settle(access, reading, now, set_id)
    announce("configuration", access.device_id, site=access.device.site_id)
    return current


@transaction.atomic
def keep_failure(
    access_id: int,
    reason: FailureReason,
    said: str,
    now: dt.datetime,
    *,
    token: uuid.UUID | None = None,
    set_id: int | None = None,
    offered_key: str = "",
) -> bool:
    """Note a failure and when to try again; False when another worker took the device over.
    ``offered_key``: what it showed in place of the key that we know."""
    access = _locked(access_id, token)
    if access is None:
        return False
    open_now = ConfigFailure.objects.filter(device=access.device_id, ended_at=None)
    open_now.exclude(reason=reason).update(ended_at=now)
    again = open_now.update(times=F("times") + 1, last_at=now, said=said[:400])
    if not again:
        ConfigFailure.objects.create(
            device_id=access.device_id, reason=reason, said=said[:400], first_at=now, last_at=now
        )
    if reason == FailureReason.REFUSED and set_id is not None:
        CliCredentialSet.objects.filter(pk=set_id).update(refusals=F("refusals") + 1)
    paused = reason in NEEDS_A_PERSON
    if paused and access.state != AccessState.PAUSED:
        after = {"reason": reason.value}
        record_action(None, "pause_backup", access.device, site=access.device.site, after=after)
    if offered_key not in ("", access.host_key, access.offered_key):
        access.offered_key, access.offered_key_at = offered_key, now
    access.failures += 1
    access.state = AccessState.PAUSED if paused else AccessState.FAILING
    access.next_backup_at = now + retry_after(access.failures)
    _let_go(access, now)
    announce("configuration", access.device_id, site=access.device.site_id)
    return True


def _locked(access_id: int, token: uuid.UUID | None) -> CliAccess | None:
    rows = CliAccess.objects.select_for_update(of=("self",)).select_related("device__site")
    if token is not None:
        rows = rows.filter(token=token)
    return rows.filter(pk=access_id).first()


def _seen_again(current: ConfigBackup, now: dt.datetime) -> ConfigBackup:
    ConfigBackup.objects.filter(pk=current.pk, last_seen_at__lte=now).update(
        last_seen_at=now, reads=F("reads") + 1
    )
    return current


def _new_version(access: CliAccess, version: ConfigBackup, *, first: bool) -> ConfigBackup:
    version.save()
    verb = "configuration_first_read" if first else "configuration_changed"
    after = {"version": version.blob_id[:10], "cause": str(version.cause)}
    record_action(version.actor, verb, access.device, site=access.device.site, after=after)
    return version


def _settle(access: CliAccess, reading: Reading, now: dt.datetime, set_id: int | None) -> None:
    """A reading succeeded: failures end, the next one has its hour, the first key is kept."""
    ended = ConfigFailure.objects.filter(device=access.device_id, ended_at=None)
    ended.update(ended_at=now)
    if set_id is not None:
        CliCredentialSet.objects.filter(pk=set_id, refusals__gt=0).update(refusals=0)
    if reading.host_key and not access.host_key:
        access.host_key, access.host_key_at = reading.host_key, now
    access.offered_key, access.offered_key_at = "", None
    access.state, access.failures, access.last_read_at = AccessState.OK, 0, now
    every = dt.timedelta(hours=settings.CONFIG_BACKUP_HOURS or 24)
    access.next_backup_at = next_slot(access.pk, every, now)
    _let_go(access, now)


def _let_go(access: CliAccess, now: dt.datetime) -> None:
    """End a reading. A change that was announced since it began may not be in it: read again."""
    began = access.lease_until - LEASE if access.lease_until is not None else now
    announced = access.wanted_at if access.wanted == Cause.TRAP else None
    if announced is not None and announced > began and access.state != AccessState.PAUSED:
        due = announced_at(now, access.last_read_at, access.false_alarms)
        access.next_backup_at = min(access.next_backup_at, due)
    else:
        access.wanted, access.wanted_by, access.wanted_at = Cause.SCHEDULE, None, None
    access.token, access.lease_until = None, None
    access.save()


def _put_off(access: CliAccess, now: dt.datetime) -> bool:
    """Whether a planned change is being written to the device: read it after that."""
    if not PushStep.objects.held(now).filter(device=access.device_id).exists():
        return False
    access.token, access.lease_until = None, None
    access.next_backup_at = now + AFTER_WRITING
    access.save()
    return True

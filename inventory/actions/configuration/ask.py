"""Ask for a reading, and unblock what waits for a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.configuration import can_back_up, can_set_access
from inventory.cli.fingerprints import told
from inventory.models import AccessState, Cause, CliAccess, CliCredentialSet, Device
from inventory.rules.configuration import announced_at
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@transaction.atomic
def ask_backup(user: User, access: CliAccess, now: dt.datetime) -> CliAccess:
    """Have a configuration read at once. Asked twice, it is read once.

    Raises DecisionRefused with the reason, DecisionImpossible where a person must unblock it first.
    """
    require(can_back_up(user, access.device, timezone.localdate(now)))
    if not access.enabled:
        raise DecisionImpossible(_("La sauvegarde de cet équipement est désactivée."))
    mine = CliAccess.objects.filter(pk=access.pk, enabled=True)
    if access.state == AccessState.PAUSED:
        raise DecisionImpossible(_("L’accès est bloqué : voyez d’abord pourquoi."))
    fresh = mine.exclude(state=AccessState.PAUSED).filter(wanted_at=None)
    if fresh.update(wanted=Cause.DEMAND, wanted_by=user, wanted_at=now, next_backup_at=now):
        record_action(user, "ask_backup", access.device, site=access.device.site)
        announce("configuration", access.device_id, site=access.device.site_id)
    access.refresh_from_db()
    return access


@transaction.atomic
def wake_backups(devices: Iterable[int], now: dt.datetime) -> int:
    """Traps say that configurations changed: read them within a minute. Returns for how many a
    reading was added; one that waits already serves both, unless it has begun: what it read may be
    older than the change."""
    rows = CliAccess.objects.filter(device__in=list(devices), enabled=True)
    held = Q(lease_until__gte=now)
    rows = rows.exclude(state=AccessState.PAUSED).filter(Q(wanted_at=None) | held)
    woken = list(rows.select_related("device").select_for_update(of=("self",)).order_by("pk"))
    for access in woken:
        due = announced_at(now, access.last_read_at, access.false_alarms)
        access.next_backup_at = min(access.next_backup_at, due)
        access.wanted, access.wanted_by, access.wanted_at = Cause.TRAP, None, now
        access.save(update_fields=["next_backup_at", "wanted", "wanted_by", "wanted_at"])
        announce("configuration", access.device_id, site=access.device.site_id)
    return len(woken)


@transaction.atomic
def resume_backups(user: User, access: CliAccess) -> CliAccess:
    """A person has looked: try again. Raises DecisionRefused."""
    require(can_set_access(user, access.device))
    locked = CliAccess.objects.select_for_update().get(pk=access.pk)
    if locked.state == AccessState.PAUSED:
        _unblock(user, locked, access.device, "resume_backup")
    return locked


@transaction.atomic
def trust_new_key(user: User, access: CliAccess, fingerprint: str) -> CliAccess:
    """The key that the device shows is its own: it was replaced, or reset. ``fingerprint``: of the
    key that the person compared; the device is held to that one, not to whatever it shows next.
    Trusted twice is trusted once. Raises DecisionRefused, DecisionImpossible."""
    require(can_set_access(user, access.device))
    locked = CliAccess.objects.select_for_update().get(pk=access.pk)
    known, offered = told(locked.host_key), told(locked.offered_key)
    if known is not None and known.fingerprint == fingerprint:
        return locked
    if offered is None or offered.fingerprint != fingerprint:
        raise DecisionImpossible(
            _("L’équipement montre encore une autre clé que celle que vous avez lue. Comparez-la.")
        )
    locked.host_key, locked.host_key_at = locked.offered_key, locked.offered_key_at
    locked.offered_key, locked.offered_key_at = "", None
    before = {"key": str(known)} if known else {}
    _unblock(
        user, locked, access.device, "trust_new_key", before=before, after={"key": str(offered)}
    )
    return locked


def _unblock(user: User, locked: CliAccess, device: Device, verb: str, **told_of: Any) -> None:
    locked.state, locked.failures, locked.next_backup_at = AccessState.FAILING, 0, timezone.now()
    locked.save()
    if locked.credential_set_id:
        CliCredentialSet.objects.filter(pk=locked.credential_set_id).update(refusals=0)
    record_action(user, verb, device, site=device.site, **told_of)
    announce("configuration", device.pk, site=device.site_id)

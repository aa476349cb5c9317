"""Unplanned changes: when one opens, moves, closes by itself, and when a person accepts it."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.configuration import can_settle_drift
from inventory.masked import masked_lines
from inventory.models import CliAccess, ConfigBackup, ConfigDrift, DriftState
from inventory.rules.configuration import compare
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def judge_drift(
    access: CliAccess, current: ConfigBackup, now: dt.datetime, *, planned: bool
) -> None:
    """Compare what the device shows with what somebody wanted. Inside the lock of ``access``,
    whose ``expected`` the caller saves."""
    open_one = ConfigDrift.objects.open().filter(device=access.device_id).first()
    if access.expected_id is None or planned:
        access.expected_id = current.blob_id
    if access.expected_id == current.blob_id:
        if open_one is not None:
            state = DriftState.REPLACED if planned else DriftState.RETURNED
            _close(open_one, state, now)
    elif open_one is None:
        _open(access, current, now)
    elif open_one.after_id != current.pk:
        _count(open_one, current)
        open_one.after, open_one.changed_at = current, now
        open_one.save()


def _open(access: CliAccess, current: ConfigBackup, now: dt.datetime) -> None:
    before = (
        ConfigBackup.objects.filter(device=access.device_id, blob=access.expected_id)
        .order_by("-at", "-pk")
        .first()
    )
    if before is None:
        return
    drift = ConfigDrift(
        device_id=access.device_id, before=before, after=current, opened_at=now, changed_at=now
    )
    _count(drift, current)
    drift.save()
    site = access.device.site
    after = {"added": drift.added, "removed": drift.removed}
    record_action(None, "open_drift", access.device, site=site, after=after)
    announce("drift", drift.pk, site=site.pk)


def _count(drift: ConfigDrift, after: ConfigBackup) -> None:
    told = compare(masked_lines(drift.before), masked_lines(after))
    drift.added, drift.removed = told.added, told.removed


def _close(drift: ConfigDrift, state: DriftState, now: dt.datetime) -> None:
    mine = ConfigDrift.objects.open().filter(pk=drift.pk)
    if mine.update(state=state, decided_at=now):
        site = drift.device.site
        after = {"state": state.value}
        record_action(None, "close_drift", drift.device, site=site, after=after)
        announce("drift", drift.pk, site=site.pk)


@transaction.atomic
def accept_drift(user: User, drift: ConfigDrift, shown: int, why: str) -> ConfigDrift:
    """What the device shows is what is wanted from now on. ``shown``: key of the version that the
    person looked at; another one since is refused. Raises DecisionRefused, DecisionImpossible."""
    require(can_settle_drift(user, drift.device))
    why = " ".join(why.split())[:500]
    if not why:
        raise DecisionImpossible(_("Dites pourquoi : qui a changé quoi, et dans quel but."))
    access = CliAccess.objects.select_for_update().get(device=drift.device_id)
    now = timezone.now()
    done = (
        ConfigDrift.objects.open()
        .filter(pk=drift.pk, after=shown)
        .update(state=DriftState.ACCEPTED, decided_by=user, decided_at=now, why=why)
    )
    if not done:
        raise DecisionImpossible(
            _("Ce changement a été réglé, ou a encore changé, entre-temps. Relisez-le.")
        )
    access.expected_id = ConfigBackup.objects.values_list("blob_id", flat=True).get(pk=shown)
    access.save(update_fields=["expected"])
    site = drift.device.site
    record_action(user, "accept_drift", drift.device, site=site, why=why)
    announce("drift", drift.pk, site=site.pk)
    announce("configuration", drift.device_id, site=site.pk)
    drift.refresh_from_db()
    return drift

"""Switch a port off and on again: what is plugged in there restarts (PoE) or renegotiates."""

from __future__ import annotations

import datetime as dt
import time
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from inventory.models import Port
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User
from schools.rules import Refused
from supervision.access import can_write
from supervision.models import EventKind, Snapshot, Target, TargetEvent
from supervision.snmp.classic import ClassicReader, SetRefused
from supervision.snmp.contract import Credential, Oid, Value

IF_ADMIN_STATUS = "1.3.6.1.2.1.2.2.1.7"
UP, DOWN = 1, 2
OFF_S = 3.0
"""Seconds without power: long enough for an access point's supply to fall."""


class PortFailed(Exception):
    """The device did not do it: ``str(error)`` says what, for people."""


class Writer(Protocol):
    """The part of ClassicReader that writes."""

    def set_values(
        self, address: str, port: int, credential: Credential, values: dict[Oid, Value]
    ) -> None: ...


def restart_port(
    actor: User,
    target: Target,
    port: str,
    now: dt.datetime,
    *,
    why: str = "",
    writer: Writer | None = None,
    off_s: float = OFF_S,
) -> None:
    """Set ifAdminStatus to down, then up, and audit it. Takes ``off_s`` plus two round trips.

    Raises PermissionDenied with the reason (school-managed network, no consent, not a technician
    of that scope), PortFailed when the device refuses or is silent. The intention is written to
    the journal before the device is touched: a lost answer leaves a trace.
    """
    answer = can_write(actor, target, timezone.localdate(now))
    if isinstance(answer, Refused):
        raise PermissionDenied(answer.why)
    index = _if_index(target, port)
    with transaction.atomic():
        record_action(
            actor, "restart_port", target, site=target.site, after={"port": port}, why=why
        )
        TargetEvent.objects.create(
            target=target,
            at=now,
            kind=EventKind.ACTION,
            data={"action": "restart_port", "port": port, "actor": str(actor)},
        )
        announce("target", target.pk, site=target.site_id, device=target.device_id)
    _switch(writer or ClassicReader(), target, index, off_s)


def _switch(writer: Writer, target: Target, index: int, off_s: float) -> None:
    oid = f"{IF_ADMIN_STATUS}.{index}"
    credential = target.credential_set.credential()
    try:
        writer.set_values(target.address, target.port, credential, {oid: DOWN})
        time.sleep(off_s)
    except SetRefused as refused:
        raise PortFailed(str(refused)) from refused
    finally:
        # Also when the answer to "down" was lost: it may have been done. Never leave a port off.
        _switch_on(writer, target, credential, oid)


def _switch_on(writer: Writer, target: Target, credential: Credential, oid: Oid) -> None:
    for attempt in range(3):
        try:
            writer.set_values(target.address, target.port, credential, {oid: UP})
        except SetRefused as refused:
            if attempt == 2:
                raise PortFailed(str(refused)) from refused
        else:
            return


def _if_index(target: Target, port: str) -> int:
    """The ifIndex that the device itself gives to the port now; else that of the register."""
    snapshot = Snapshot.objects.filter(target=target).first()
    for row in snapshot.ports if snapshot else []:
        if row.get("name") == port:
            return int(row["index"])
    known = Port.objects.filter(device=target.device_id, name=port, if_index__isnull=False).first()
    if known is None or known.if_index is None:
        raise PortFailed(f"{target.device} : {port} ?")
    return known.if_index

"""A trap arrived: keep it, and look at once at what it speaks of. Never a ticket by itself.

A trap can be forged or lost. So it proves nothing: it only makes us look earlier, or read a
configuration earlier. The one thing believed is authenticationFailure, which can only turn a *down*
into an *unknown*.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict, deque
from collections.abc import Mapping

from django.db import transaction

from inventory.actions.configuration.ask import wake_backups
from inventory.cabling import wiring_of
from inventory.models import Port
from schools.live import announce
from supervision.actions.wake_targets import wake_targets
from supervision.models import EventKind, Neighbour, Snapshot, Target, TargetEvent, Trap
from supervision.snmp.changes import says_changed
from supervision.snmp.contract import Oid, Value

NAMES: dict[Oid, str] = {
    "1.3.6.1.6.3.1.1.5.1": "coldStart",  # SNMPv2-MIB (RFC 3418)
    "1.3.6.1.6.3.1.1.5.2": "warmStart",
    "1.3.6.1.6.3.1.1.5.3": "linkDown",  # IF-MIB (RFC 2863)
    "1.3.6.1.6.3.1.1.5.4": "linkUp",
    "1.3.6.1.6.3.1.1.5.5": "authenticationFailure",
    "1.3.6.1.2.1.33.2.1": "upsOnBattery",  # UPS-MIB (RFC 1628) upsTrapOnBattery
    "1.3.6.1.2.1.33.2.0.1": "upsOnBattery",
    "1.3.6.1.4.1.318.0.5": "upsOnBattery",  # PowerNet-MIB upsOnBattery
}
IF_INDEX = "1.3.6.1.2.1.2.2.1.1."
CONFIGURATION = "configurationChanged"
"""Our name for whatever ``changes.toml`` lists: each maker has its own."""


class Limit:
    """At most ``count`` events per source within ``seconds``; remembers ``sources`` of them."""

    def __init__(self, count: int = 20, seconds: float = 10, sources: int = 10_000) -> None:
        self._count, self._seconds, self._sources = count, seconds, sources
        self._seen: OrderedDict[str, deque[float]] = OrderedDict()

    def allows(self, source: str, at: dt.datetime) -> bool:
        """Whether one more of this source may pass now."""
        moment = at.timestamp()
        times = self._seen.pop(source, None) or deque()
        while times and times[0] <= moment - self._seconds:
            times.popleft()
        self._seen[source] = times
        if len(self._seen) > self._sources:
            self._seen.popitem(last=False)
        if len(times) >= self._count:
            return False
        times.append(moment)
        return True


LIMIT = Limit()
STRANGERS = "strangers"
"""All sources that we do not know share one allowance."""


def handle_trap(
    source: str,
    oid: Oid,
    varbinds: Mapping[Oid, Value],
    now: dt.datetime,
    limit: Limit = LIMIT,
) -> list[int]:
    """Store a notification; return the targets that it made due. A parked target's is dropped."""
    targets = list(Target.objects.filter(address=source).select_related("device"))
    if any(target.parked for target in targets):
        return []
    if not limit.allows(source if targets else STRANGERS, now):
        return []
    name = CONFIGURATION if says_changed(oid, varbinds) else NAMES.get(oid, "")
    shown = {key: _plain(value) for key, value in varbinds.items()}
    with transaction.atomic():
        trap = Trap.objects.create(
            received_at=now,
            source=source,
            target=targets[0] if targets else None,
            oid=oid[:255],
            varbinds=shown,
        )
        about: list[int] = []
        for target in targets:
            about += _speak_of(target, name, oid, varbinds, trap)
        if name == CONFIGURATION:
            wake_backups({target.device_id for target in targets}, now)
    return wake_targets(about, now) if about else []


def _speak_of(
    target: Target, name: str, oid: Oid, varbinds: Mapping[Oid, Value], trap: Trap
) -> list[int]:
    """Write the event; the targets to look at, the sender first."""
    data: dict[str, object] = {"name": name, "oid": oid}
    about = [target.pk]
    if name in ("linkDown", "linkUp"):
        index = next((key[len(IF_INDEX) :] for key in varbinds if key.startswith(IF_INDEX)), "")
        port = _port_name(target, index)
        data["port"] = port
        about += _behind(target, port, index)
    if name == "authenticationFailure":
        Target.objects.filter(pk=target.pk).update(refused_at=trap.received_at)
    TargetEvent.objects.create(
        target=target, at=trap.received_at, kind=EventKind.TRAP, trap=trap, data=data
    )
    announce("target", target.pk, site=target.site_id, device=target.device_id)
    return about


def _port_name(target: Target, index: str) -> str:
    """The name of the port with that ifIndex, as the device last said; else the index."""
    snapshot = Snapshot.objects.filter(target=target).first()
    for port in snapshot.ports if snapshot else []:
        if str(port.get("index")) == index:
            return str(port.get("name"))
    known = Port.objects.filter(device=target.device_id, if_index=int(index)) if index else None
    found = known.first() if known is not None else None
    return found.name if found is not None else index


def _behind(target: Target, port: str, index: str) -> list[int]:
    """Targets of the devices at the other end of a port: by the register, and by LLDP."""
    ends = Port.objects.filter(device=target.device_id, name=port)
    if index:
        ends = ends | Port.objects.filter(device=target.device_id, if_index=int(index))
    ids = list(ends.values_list("pk", flat=True))
    wiring = wiring_of([target.site_id])
    devices = {wiring.ends[wiring.way(pk)[-1]].device for pk in ids if pk in wiring.links}
    heard = Neighbour.objects.filter(target=target, local_port=port, device__isnull=False)
    devices.update(pk for pk in heard.values_list("device", flat=True) if pk is not None)
    return list(Target.objects.filter(device__in=devices).values_list("pk", flat=True))


def _plain(value: Value) -> int | str | None:
    """A value as JSON keeps it: text when it is text, else hexadecimal."""
    if isinstance(value, bytes):
        try:
            text = value.decode()
        except UnicodeDecodeError:
            return value.hex(":")
        return text if text.isprintable() else value.hex(":")
    return value

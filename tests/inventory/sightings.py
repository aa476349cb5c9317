"""A switch as a discovery sees it, and what is made of it."""

from __future__ import annotations

from django.utils import timezone

from inventory.actions.record_sightings import record_sightings
from inventory.models import Difference
from inventory.seen import DeviceSeen, LookedAt, PortSeen

NOW = timezone.now()
MAC = "00:1b:54:00:00:01"
SWITCH = DeviceSeen(
    via="snmp",
    address="10.20.0.2",
    maker="Cisco",
    category="switch",
    model="WS-C2960X-24TS-L",
    version="15.2(7)E8",
    serial="FOC1832X0AB",
    mac=MAC,
    macs=frozenset({MAC}),
    name="SW-A1",
    ports=tuple(PortSeen(f"Gi1/0/{n}", if_index=n, physical=True) for n in (1, 2)),
)


def look(site, *devices, expected=(), silent=(), now=NOW):
    return record_sightings(site, LookedAt(devices, frozenset(silent)), list(expected), now)


def open_kinds(site):
    return sorted(Difference.objects.filter(site=site).open().values_list("kind", flat=True))


def the(kind):
    return Difference.objects.open().get(kind=kind)

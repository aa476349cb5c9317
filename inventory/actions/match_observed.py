"""Say which device of the register each observation is: by evidence, or by what a person said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from inventory.models import Device, DeviceState, MatchedBy, ObservedDevice
from inventory.rules.identity import Evidence, Known, Match, match
from inventory.seen import Expected
from schools.models import Site


def match_observed(
    site: Site, rows: Sequence[ObservedDevice], expected: Sequence[Expected]
) -> None:
    """Match these observations anew. A person's word stands; a device is matched once only."""
    known = known_devices(site, rows, expected)
    for row in rows:
        if row.matched_by == MatchedBy.PERSON and row.device_id is not None:
            continue
        found = verdict(row, known)
        taken = ObservedDevice.objects.filter(device=found.key).exclude(pk=row.pk).first()
        if found.key is not None and taken is not None:
            found = _between(row, taken, found)
        row.device_id, row.matched_by = found.key, found.by
        row.conflict = [list(piece) for piece in found.conflict]
        row.save(update_fields=["device", "matched_by", "conflict"])


def known_devices(
    site: Site, rows: Iterable[ObservedDevice], expected: Iterable[Expected]
) -> list[Known]:
    """Devices of this site, and those elsewhere that share a serial number or MAC address."""
    rows = list(rows)
    serials = [row.serial for row in rows if row.serial]
    macs = [mac for row in rows for mac in row.macs] + [row.mac for row in rows if row.mac]
    at = {one.device: one.address for one in expected}
    devices = Device.objects.exclude(state=DeviceState.RETIRED).filter(
        Q(site=site) | Q(serial__in=serials) | Q(mac__in=macs)
    )
    return [
        Known(
            device.pk,
            device.serial or "",
            device.mac or "",
            at.get(device.pk, ""),
            device.name,
            here=device.site_id == site.pk,
        )
        for device in devices
    ]


def verdict(row: ObservedDevice, known: Iterable[Known]) -> Match:
    """Which device of the register an observation is."""
    own = frozenset({*row.macs, row.mac or ""}) - {""}
    return match(Evidence(row.serial or "", own, row.address or "", row.name), known)


def _between(row: ObservedDevice, taken: ObservedDevice, found: Match) -> Match:
    """Two observations claim one device: stronger evidence keeps it, the other is a conflict."""
    assert found.key is not None
    order = [MatchedBy.PERSON, MatchedBy.SERIAL, MatchedBy.MAC, MatchedBy.ADDRESS, MatchedBy.NAME]
    ranks = {str(kind): rank for rank, kind in enumerate(order)}
    gone = taken.missing_since is not None and row.missing_since is None
    if ranks.get(found.by, 9) < ranks.get(taken.matched_by, 9) or gone:
        taken.device, taken.matched_by = None, ""
        taken.conflict = [[found.by, found.key]]
        taken.save(update_fields=["device", "matched_by", "conflict"])
        return found
    return Match(conflict=((found.by, found.key),))

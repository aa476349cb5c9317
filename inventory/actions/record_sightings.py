"""Write what was seen at a site: observed rows, then the differences from the register.

Called as often as one likes with the same facts: a look that was interrupted is looked again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction

from inventory.actions.compare_site import compare_site, lock_site
from inventory.actions.match_observed import match_observed
from inventory.models import ObservedDevice, ObservedNeighbour, ObservedPort
from inventory.rules.identity import Evidence, Known, match
from inventory.seen import DeviceSeen, Expected, LookedAt
from schools.live import announce
from schools.models import Site

FRESH = dt.timedelta(days=8)
"""While a device answered itself within this, what another tells of it changes nothing."""


@transaction.atomic
def record_sightings(
    site: Site, looked: LookedAt, expected: Sequence[Expected], now: dt.datetime
) -> list[ObservedDevice]:
    """Record one look (or a part of one); returns the observations that were seen now."""
    lock_site(site.pk)
    book = _Book(site, now)
    seen: list[ObservedDevice] = []
    for device in looked.devices:
        whole = book.record(device, None)
        seen.append(whole)
        parts = [book.record(part, whole) for part in device.parts if part.serial != device.serial]
        seen += parts
        if device.parts_complete:
            book.mark_lost_parts(whole, {part.pk for part in parts})
    book.mark_silent(looked.silent)
    match_observed(site, seen, expected)
    compare_site(site, expected, now)
    announce("inventory", site.pk, site=site.pk)
    return seen


class _Book:
    """The observations of one site, found again by the same rule as devices of the register."""

    def __init__(self, site: Site, now: dt.datetime) -> None:
        self.site, self.now = site, now
        self.rows = {row.pk: row for row in ObservedDevice.objects.filter(site=site)}
        self.touched: set[int] = set()

    def record(self, seen: DeviceSeen, parent: ObservedDevice | None) -> ObservedDevice:
        """Insert or refresh the observation of one device."""
        row, twin = self._find(seen)
        if twin:
            row = self._twin(seen, twin)
        elif row is None:
            row = ObservedDevice(site=self.site, via=seen.via, first_seen_at=self.now)
        if self._knows_better(row, seen):
            self._refresh_lightly(row, seen, parent)
        else:
            self._fill(row, seen, parent, with_serial=not twin)
        row.last_seen_at, row.missing_since = self.now, None
        row.save()
        self.rows[row.pk] = row
        if seen.via == "snmp":
            record_ports(row, seen, self.now)
            record_neighbours(row, seen, self.now)
        self.touched.add(row.pk)
        return row

    def _find(self, seen: DeviceSeen) -> tuple[ObservedDevice | None, ObservedDevice | None]:
        """(the row it is, None), or (None, the row whose serial number it also claims)."""
        evidence = Evidence(seen.serial, _macs(seen), seen.address, seen.name)
        known = [
            Known(row.pk, row.serial or "", mac, row.address or "", row.name)
            for row in self.rows.values()
            for mac in (row.macs or [row.mac or ""])
        ]
        found = match(evidence, _once(evidence, known))
        if found.key is not None:
            row = self.rows[found.key]
            claimed = (
                found.by == "serial"
                and row.pk in self.touched
                and bool(row.macs)
                and bool(_macs(seen))
                and not _macs(seen) & set(row.macs)
            )
            return (None, row) if claimed else (row, None)
        if found.conflict:
            what, key = found.conflict[0]
            if what in ("serial", "mac"):
                return self.rows[key], None
        return None, None

    def _twin(self, seen: DeviceSeen, other: ObservedDevice) -> ObservedDevice:
        """A second device with the same serial number in one look: it gets a row without it."""
        own = sorted(_macs(seen))
        twins = [r for r in self.rows.values() if r.facts.get("twin_of")]
        row = next((r for r in twins if r.macs == own), None)
        row = row or ObservedDevice(site=self.site, via=seen.via, first_seen_at=self.now)
        row.facts = {"twin_of": other.pk, "claimed_serial": seen.serial}
        return row

    def _knows_better(self, row: ObservedDevice, seen: DeviceSeen) -> bool:
        """Whether the device itself answered lately and this is only hearsay."""
        fresh = row.pk is not None and row.last_seen_at > self.now - FRESH
        return row.via == "snmp" and seen.via != "snmp" and fresh

    def _refresh_lightly(
        self, row: ObservedDevice, seen: DeviceSeen, parent: ObservedDevice | None
    ) -> None:
        row.parent = parent or row.parent
        row.name = row.name or seen.name
        row.serial = row.serial or seen.serial or None
        row.facts = {**row.facts, **{f"told_{key}": v for key, v in seen.facts.items()}}

    def _fill(
        self,
        row: ObservedDevice,
        seen: DeviceSeen,
        parent: ObservedDevice | None,
        *,
        with_serial: bool,
    ) -> None:
        kept = {k: v for k, v in row.facts.items() if k in ("twin_of", "claimed_serial")}
        also = self._also_at(row, seen.address)
        row.via, row.parent = seen.via, parent
        row.family, row.profile, row.category = seen.family, seen.profile, seen.category
        row.maker, row.model = seen.maker[:60], seen.model[:100]
        row.hardware, row.descr = seen.hardware[:200], seen.descr[:200]
        row.version, row.object_id = seen.version[:200], seen.object_id[:255]
        row.accepted_version = row.accepted_version or row.version
        if with_serial and seen.serial:
            row.serial = seen.serial[:60]
        row.macs = sorted(_macs(seen)) or row.macs
        row.mac = seen.mac or row.mac
        if not also:
            row.address = seen.address or row.address
        row.name = seen.name[:120] or row.name
        row.evidence = seen.evidence
        row.facts = {**kept, **seen.facts, **({"also_at": also} if also else {})}

    def _also_at(self, row: ObservedDevice, address: str) -> list[str]:
        """Further addresses at which the same device answered in this look."""
        if row.pk not in self.touched or not row.address or address == row.address:
            return []
        return sorted({*row.facts.get("also_at", []), address})

    # --- what vanished ---

    def mark_lost_parts(self, whole: ObservedDevice, present: set[int]) -> None:
        for row in self.rows.values():
            if row.parent_id == whole.pk and row.pk not in present and row.via != "snmp":
                self._mark(row)

    def mark_silent(self, silent: Iterable[str]) -> None:
        addresses = set(silent)
        for row in self.rows.values():
            if row.via == "snmp" and row.address in addresses and row.pk not in self.touched:
                self._mark(row)

    def _mark(self, row: ObservedDevice) -> None:
        if row.missing_since is None:
            row.missing_since = self.now
            row.save(update_fields=["missing_since"])


def _macs(seen: DeviceSeen) -> frozenset[str]:
    return seen.macs | ({seen.mac} if seen.mac else frozenset())


def _once(evidence: Evidence, known: list[Known]) -> list[Known]:
    """One entry per row: that with the address that the evidence also has, if any."""
    found: dict[int, Known] = {}
    for one in known:
        if one.key not in found or one.mac in evidence.macs:
            found[one.key] = one
    return list(found.values())


def record_ports(row: ObservedDevice, seen: DeviceSeen, now: dt.datetime) -> None:
    """The port table: refreshed by name; a port that is not there any more is marked."""
    known = {port.name: port for port in ObservedPort.objects.filter(observed=row)}
    fresh: list[ObservedPort] = []
    changed: list[ObservedPort] = []
    names: set[str] = set()
    for port in seen.ports:
        if port.name in names:
            continue  # two rows of one name: the first stands
        names.add(port.name)
        one = known.get(port.name) or ObservedPort(observed=row, name=port.name, first_seen_at=now)
        one.if_index, one.descr, one.alias = port.if_index, port.descr, port.alias
        one.mac, one.speed_mbps, one.oper = port.mac, port.speed_mbps, port.oper
        one.physical, one.last_seen_at, one.missing_since = port.physical, now, None
        (changed if one.pk else fresh).append(one)
    ObservedPort.objects.bulk_create(fresh)
    fields = ("if_index", "descr", "alias", "mac", "speed_mbps", "oper", "physical")
    ObservedPort.objects.bulk_update(changed, [*fields, "last_seen_at", "missing_since"])
    if seen.ports_complete:
        lost = ObservedPort.objects.filter(observed=row, missing_since=None).exclude(name__in=names)
        lost.update(missing_since=now)


def record_neighbours(row: ObservedDevice, seen: DeviceSeen, now: dt.datetime) -> None:
    """Who is heard on which port, as told."""
    known = {_heard(one): one for one in ObservedNeighbour.objects.filter(observed=row)}
    fresh: list[ObservedNeighbour] = []
    changed: list[ObservedNeighbour] = []
    heard: set[tuple[str, str, str, str]] = set()
    for told in seen.neighbours:
        key = (told.local_port, told.protocol, told.chassis, told.name)
        if key in heard:
            continue
        heard.add(key)
        one = known.get(key) or ObservedNeighbour(
            observed=row,
            local_port=told.local_port,
            protocol=told.protocol,
            chassis=told.chassis,
            name=told.name,
            first_seen_at=now,
        )
        one.port, one.address, one.platform = told.port, told.address or None, told.platform
        one.last_seen_at, one.missing_since = now, None
        (changed if one.pk else fresh).append(one)
    ObservedNeighbour.objects.bulk_create(fresh)
    ObservedNeighbour.objects.bulk_update(
        changed, ["port", "address", "platform", "last_seen_at", "missing_since"]
    )
    if seen.neighbours_complete:
        lost = [one.pk for key, one in known.items() if key not in heard]
        ObservedNeighbour.objects.filter(pk__in=lost, missing_since=None).update(missing_since=now)


def _heard(one: ObservedNeighbour) -> tuple[str, str, str, str]:
    return one.local_port, one.protocol, one.chassis, one.name

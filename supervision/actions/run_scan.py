"""Run a scan, a handful of addresses at a time: probe, look, record, move the cursor.

Each handful is recorded and the cursor moved in one transaction: a kill costs one handful, which is
asked again. A lease says who works at a scan; a scan whose worker died is taken over when it ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from time import monotonic, sleep

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from inventory.actions.record_sightings import record_sightings
from inventory.models import ObservedDevice
from inventory.seen import Expected, LookedAt
from schools.live import announce
from schools.models import Site
from schools.rules import Refused
from supervision.access import site_consented
from supervision.actions.from_sighting import device_seen
from supervision.models import (
    CredentialScope,
    CredentialSet,
    Scan,
    ScanFinding,
    ScanState,
    Target,
)
from supervision.scan_addresses import unfold
from supervision.snmp.contract import Credential, Outcome, Reader
from supervision.snmp.look import Candidate, Contact, find, look
from supervision.snmp.sighting import Sighting, Silence

HANDFUL = 128
"""Addresses asked at once."""
PROBES_PER_S = 400
"""First datagrams a second at most: a school's line carries other things too."""
LEASE = dt.timedelta(seconds=60)

Known = dict[str, Target]


def run_scan(
    scan_id: int, reader: Reader, *, until: float | None = None, handful: int = HANDFUL
) -> bool:
    """Work at a scan until it is over (True), or until ``until`` (monotonic seconds; False).

    False also when another worker holds it.
    """
    scan = _claim(scan_id)
    if scan is None:
        return False
    credentials = credentials_for(scan.site)
    addresses = unfold(scan.asked)
    while scan.cursor < scan.total:
        if until is not None and monotonic() >= until:
            _release(scan)
            return False
        began = monotonic()
        batch = addresses[scan.cursor : scan.cursor + handful]
        contacts, silences, sightings = _look_at(scan, batch, credentials, reader)
        if not _write(scan, batch, contacts, silences, sightings):
            return True  # cancelled meanwhile
        probes = len(batch) * max(1, len(credentials))
        sleep(max(0.0, probes / PROBES_PER_S - (monotonic() - began)))
    _finish(scan)
    return True


def _claim(scan_id: int) -> Scan | None:
    """Take a scan that nobody works at, and whose site still consents."""
    now = timezone.now()
    taken = Scan.objects.unattended(now).filter(pk=scan_id)
    if not taken.update(state=ScanState.RUNNING, lease_until=now + LEASE):
        return None
    scan = Scan.objects.select_related("site__school").get(pk=scan_id)
    if isinstance(site_consented(scan.site, timezone.localdate(now)), Refused):
        Scan.objects.filter(pk=scan_id).update(
            state=ScanState.CANCELLED, ended_at=now, lease_until=None
        )
        return None
    if scan.started_at is None:
        scan.started_at = now
        scan.save(update_fields=["started_at"])
    return scan


def _release(scan: Scan) -> None:
    Scan.objects.filter(pk=scan.pk).update(lease_until=None)


def _finish(scan: Scan) -> None:
    now = timezone.now()
    done = Scan.objects.filter(pk=scan.pk, state=ScanState.RUNNING)
    done.update(state=ScanState.DONE, ended_at=now, lease_until=None)
    announce("scan", scan.pk, site=scan.site_id)


def credentials_for(site: Site) -> list[CredentialSet]:
    """Credential sets to try at a site, in order: its own, its school's, PO's, province's, the
    Region's; without any scope declared, those that already serve at the site."""
    school = site.school
    rows = list(CredentialScope.objects.select_related("credential_set"))
    nearness = {
        "site": [row for row in rows if row.site_id == site.pk],
        "school": [row for row in rows if row.school_id == school.pk],
        "authority": [row for row in rows if row.authority_id == school.authority_id],
        "province": [row for row in rows if row.province and row.province == site.province],
        "region": [row for row in rows if row.region],
    }
    ordered = [row for near in nearness.values() for row in near]
    found = {row.credential_set_id: row.credential_set for row in ordered}
    serving = CredentialSet.objects.filter(
        pk__in=Target.objects.filter(site=site).values("credential_set")
    )
    for one in serving:
        found.setdefault(one.pk, one)
    return list(found.values())


def _look_at(
    scan: Scan, batch: Iterable[str], credentials: list[CredentialSet], reader: Reader
) -> tuple[list[Contact], list[Silence], list[Sighting]]:
    """Nothing is written and no transaction is open while the network is waited for."""
    known = _targets(scan.site, batch)
    opened = {one.pk: one.credential() for one in credentials}
    asked = [
        Candidate(
            address,
            _in_order(known.get(address), credentials, opened),
            known[address].port if address in known else scan.port,
            address in known,
        )
        for address in batch
    ]
    contacts, silences = find(reader, asked)
    return contacts, silences, look(reader, contacts)


def _targets(site: Site, batch: Iterable[str]) -> Known:
    rows = Target.objects.filter(site=site, address__in=list(batch))
    return {target.address: target for target in rows.select_related("device", "credential_set")}


def _in_order(
    target: Target | None, credentials: list[CredentialSet], opened: dict[int, Credential]
) -> tuple[tuple[str, Credential], ...]:
    """The set that a known device answers to first, then the others in their order."""
    order = list(credentials)
    if target is not None:
        order = [target.credential_set, *(c for c in order if c.pk != target.credential_set_id)]
    return tuple((str(one.pk), opened.get(one.pk) or one.credential()) for one in order)


@transaction.atomic
def _write(
    scan: Scan,
    batch: list[str],
    contacts: list[Contact],
    silences: list[Silence],
    sightings: list[Sighting],
) -> bool:
    """Record a handful and move on; False when the scan was cancelled: nothing is written."""
    now = timezone.now()
    refused = sum(one.outcome is not Outcome.TIMEOUT for one in silences)
    live = Scan.objects.filter(pk=scan.pk, state=ScanState.RUNNING, cursor=scan.cursor)
    moved = live.update(
        cursor=F("cursor") + len(batch),
        answered=F("answered") + len(contacts),
        refused=F("refused") + refused,
        lease_until=now + LEASE,
    )
    if not moved:
        return False
    devices = tuple(device_seen(sighting) for sighting in sightings)
    silent = frozenset(one.address for one in silences if one.outcome is Outcome.TIMEOUT)
    expected = _expected(scan, {contact.candidate.address for contact in contacts}, silent)
    rows = record_sightings(scan.site, LookedAt(devices, silent), expected, now)
    by_address = _rows_by_address(rows, sightings)
    _keep_findings(scan, contacts, silences, sightings, by_address)
    scan.cursor += len(batch)
    announce("scan", scan.pk, site=scan.site_id)
    return True


def _expected(scan: Scan, answered: set[str], silent: frozenset[str]) -> list[Expected]:
    """Devices that are polled at this site, and since when each has been silent.

    One that nobody ever heard counts as silent only where this scan asked it in vain.
    """
    before = dict(ScanFinding.objects.filter(scan=scan).values_list("address", "outcome"))
    heard = answered | {at for at, said in before.items() if said == Outcome.ANSWERED.value}
    mute = silent | {at for at, said in before.items() if said == Outcome.TIMEOUT.value}
    return [
        Expected(
            target.device_id,
            target.address,
            target.address in heard
            or (target.last_answer_at is None and target.address not in mute),
            target.last_answer_at,
        )
        for target in Target.objects.filter(site=scan.site_id, paused=False)
    ]


def _rows_by_address(
    rows: Iterable[ObservedDevice], sightings: Iterable[Sighting]
) -> dict[str, ObservedDevice]:
    wholes = iter([row for row in rows if row.via == "snmp"])
    return {sighting.address: row for sighting, row in zip(sightings, wholes, strict=False)}


def _keep_findings(
    scan: Scan,
    contacts: list[Contact],
    silences: list[Silence],
    sightings: list[Sighting],
    rows: dict[str, ObservedDevice],
) -> None:
    troubles = {s.address: [str(one) for one in s.troubles] for s in sightings}
    expected = set(_targets(scan.site, (one.address for one in silences)))
    findings = [
        ScanFinding(
            scan=scan,
            address=contact.candidate.address,
            outcome=Outcome.ANSWERED.value,
            credential_set_id=int(contact.credential_name),
            observed=rows.get(contact.candidate.address),
            troubles=troubles.get(contact.candidate.address, []),
        )
        for contact in contacts
    ]
    findings += [
        ScanFinding(
            scan=scan,
            address=one.address,
            outcome=one.outcome.value,
            detail=one.detail[:200],
        )
        for one in silences
        if one.outcome is not Outcome.TIMEOUT or one.address in expected
    ]
    ScanFinding.objects.bulk_create(findings, ignore_conflicts=True)

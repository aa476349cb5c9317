"""Compare a site's register with what was observed there, and keep one row per difference."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Prefetch

from inventory.actions.compare_links import link_gaps
from inventory.models import (
    Device,
    DeviceState,
    Difference,
    DifferenceKind,
    DifferenceState,
    ObservedDevice,
    ObservedPort,
)
from inventory.rules.identity import Gap, Intended, Seen, compare, is_missing
from inventory.seen import Expected
from schools.models import Site

COMPARING = 0x0B5E
"""Class of the advisory lock: one writer of a site's observations at a time."""

NETWORK = frozenset(
    {"router", "switch", "access_point", "controller", "ups", "printer", "server", "nas"}
)
"""Categories that have a place and ports worth comparing."""


def lock_site(site_id: int) -> None:
    """Wait for whoever records or decides at this site; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [COMPARING, site_id])


def compare_site(site: Site, expected: Sequence[Expected] | None, now: dt.datetime) -> None:
    """Bring the differences of a site up to date. The caller holds the site's lock.

    ``expected`` None: nobody looked just now; who is missing stays as it was.
    """
    observed = list(
        ObservedDevice.objects.filter(site=site)
        .select_related("device__product", "device__room", "device__site")
        .prefetch_related(
            "device__ports",
            Prefetch("ports", ObservedPort.objects.filter(physical=True, missing_since=None)),
        )
    )
    gaps = [gap for row in observed if row.missing_since is None for gap in _of_observed(row)]
    if expected is not None:
        gaps += _missing(site, expected, observed, now)
    gaps += link_gaps(site, observed)
    write_gaps(site, gaps, now, keep_missing=expected is None)


def _of_observed(row: ObservedDevice) -> list[Gap]:
    if row.facts.get("twin_of") and row.device is None:
        return [
            Gap(
                DifferenceKind.TWIN,
                f"twin:{row.pk}",
                str(row.facts.get("claimed_serial", "")),
                _title(row),
                seen=row.pk,
                detail={"twin_of": row.facts["twin_of"]},
            )
        ]
    if row.conflict:
        pieces = [f"{what} → {name_of(key)}" for what, key in row.conflict]
        return [
            Gap(
                DifferenceKind.CONFLICT,
                f"conflict:{row.pk}",
                ", ".join(pieces)[:300],
                _title(row),
                device=row.conflict[0][1],
                seen=row.pk,
                detail={"pieces": row.conflict},
            )
        ]
    if row.device is None:
        return [Gap(DifferenceKind.NEW, f"new:{row.pk}", "", _title(row), seen=row.pk)]
    gaps = compare(_intended(row.device), _seen(row))
    if row.device.site_id != row.site_id:
        there = str(row.device.site)
        subject = f"moved:{row.device.pk}"
        here = str(row.site)
        gaps = [Gap(DifferenceKind.MOVED, subject, there, here, row.device.pk, row.pk)]
    return gaps


def name_of(device: int) -> str:
    """A device's name for a sentence; its key when it is gone."""
    found = Device.objects.filter(pk=device).values_list("name", flat=True).first()
    return found or str(device)


def _title(row: ObservedDevice) -> str:
    words = [f"{row.maker} {row.model or row.hardware}".strip(), row.serial or row.mac or ""]
    at = row.address or ""
    return " · ".join(word for word in (row.name, *words, at) if word)[:300]


def _intended(device: Device) -> Intended:
    wants_place = device.product.category in NETWORK
    return Intended(
        device.pk,
        device.product.maker,
        device.product.model,
        device.serial or "",
        device.mac or "",
        device.room.name if device.room else ("" if wants_place else "–"),
        frozenset(port.name for port in device.ports.all()),
    )


def _seen(row: ObservedDevice) -> Seen:
    own = frozenset({*row.macs, row.mac or ""}) - {""}
    return Seen(
        row.pk,
        row.maker,
        row.model,
        row.hardware,
        row.serial or "",
        own,
        row.version,
        row.accepted_version,
        row.mac or "",
        tuple(port.name for port in row.ports.all()),
        row.via == "snmp",
    )


def _missing(
    site: Site,
    expected: Sequence[Expected],
    observed: Iterable[ObservedDevice],
    now: dt.datetime,
) -> list[Gap]:
    """Devices that the register has installed here and that nobody has heard for a day."""
    gaps = []
    elsewhere = {row.device_id for row in observed if row.missing_since is None}
    installed = set(
        Device.objects.filter(site=site, state=DeviceState.INSTALLED).values_list("pk", flat=True)
    )
    for one in expected:
        if one.answered or one.device in elsewhere or one.device not in installed:
            continue
        if is_missing(one.silent_since, now):
            since = one.silent_since.isoformat() if one.silent_since else ""
            gaps.append(
                Gap(
                    DifferenceKind.MISSING,
                    f"missing:{one.device}",
                    one.address,
                    "",
                    one.device,
                    detail={"since": since},
                )
            )
    told = {gap.device for gap in gaps} | {one.device for one in expected if one.answered}
    for row in observed:
        lost = row.missing_since is not None and row.device_id in installed - told
        if lost and is_missing(row.missing_since, now):
            assert row.missing_since is not None
            gaps.append(
                Gap(
                    DifferenceKind.MISSING,
                    f"missing:{row.device_id}",
                    row.address or "",
                    "",
                    row.device_id,
                    row.pk,
                    {"since": row.missing_since.isoformat()},
                )
            )
    return gaps


# --- rows ---


def write_gaps(
    site: Site, gaps: Iterable[Gap], now: dt.datetime, *, keep_missing: bool = False
) -> None:
    """One row per subject: opened, refreshed, reopened when it changed, gone when it is no more."""
    known = {row.subject: row for row in Difference.objects.filter(site=site)}
    present = set()
    fresh, changed = [], []
    for gap in gaps:
        if gap.subject in present:
            continue
        present.add(gap.subject)
        row = known.get(gap.subject)
        if row is None:
            row = Difference(site=site, subject=gap.subject, first_seen_at=now)
            fresh.append(row)
        else:
            changed.append(row)
        _take(row, gap, now)
    Difference.objects.bulk_create(fresh)
    Difference.objects.bulk_update(changed, FIELDS)
    gone = [
        row.pk
        for subject, row in known.items()
        if subject not in present and not (keep_missing and row.kind == DifferenceKind.MISSING)
    ]
    Difference.objects.filter(pk__in=gone, state=DifferenceState.OPEN).update(
        state=DifferenceState.GONE, decided_at=None, decided_by=None
    )


FIELDS = (
    *("kind", "device", "observed_device", "intended", "observed", "detail", "fingerprint"),
    *("state", "first_seen_at", "last_seen_at", "decided_by", "decided_at", "why", "undo"),
)


def _take(row: Difference, gap: Gap, now: dt.datetime) -> None:
    new = gap.fingerprint
    settled = row.state in (
        DifferenceState.IGNORED,
        DifferenceState.ACCEPTED,
        DifferenceState.MERGED,
    )
    if row.pk is None or row.state == DifferenceState.GONE or (settled and row.fingerprint != new):
        _open(row, now)
    elif row.state in (DifferenceState.ACCEPTED, DifferenceState.MERGED):
        _open(row, now)  # it was settled, and here it is again
    row.kind, row.device_id, row.observed_device_id = gap.kind, gap.device, gap.seen
    row.intended, row.observed = gap.intended[:300], gap.observed[:300]
    row.detail, row.fingerprint, row.last_seen_at = dict(gap.detail), new, now


def _open(row: Difference, now: dt.datetime) -> None:
    row.state, row.first_seen_at = DifferenceState.OPEN, now
    row.decided_by, row.decided_at, row.why, row.undo = None, None, "", []

"""Stock-takings and inventory declarations of the demo: one finished with three findings, one
running, declarations in every state."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping

from django.utils import timezone

from inventory.actions.close_stock_taking import close_stock_taking
from inventory.actions.declare_inventory import months_later, snapshot
from inventory.actions.open_stock_taking import open_stock_taking
from inventory.actions.record_scans import Scanned, record_scans
from inventory.models import Declaration, DeclarationKind, Device, StockTaking
from inventory.models.declarations import fingerprint
from schools.models import RoleKind, Site, User

MONTHS = 12


def load_stock(sites: Mapping[str, Site]) -> None:
    """Write it once; a second run finds it and leaves it."""
    helper = User.objects.filter(email="sofia@preau.example").first()
    if helper is None or StockTaking.objects.exists() or Declaration.objects.exists():
        return
    with_devices = [
        site for site in sites.values() if Device.objects.filter(site=site, room__isnull=False)
    ]
    if len(with_devices) < 2:
        return
    _finished(helper, with_devices[0])
    _running(helper, with_devices[1])
    _declare([site for site in sites.values() if site.closed_on is None])


def _finished(user: User, site: Site) -> None:
    """All but one counted, one of them in another room, and a label that nobody knows."""
    taking = open_stock_taking(user, site)
    devices = list(taking.expected_devices.select_related("device").order_by("pk"))
    scans = [Scanned(uuid.uuid4(), row.device.code, row.room_id) for row in devices[2:]]
    if len(devices) > 1:
        other = site.rooms.exclude(pk=devices[1].room_id or 0).first()
        scans.append(Scanned(uuid.uuid4(), devices[1].device.code, other.pk if other else None))
    scans.append(Scanned(uuid.uuid4(), "PC-SANS-FICHE"))
    record_scans(user, taking.pk, scans)
    close_stock_taking(user, taking.pk)


def _running(user: User, site: Site) -> None:
    taking = open_stock_taking(user, site)
    half = list(taking.expected_devices.select_related("device").order_by("pk"))
    rows = half[: len(half) // 2]
    record_scans(
        user, taking.pk, [Scanned(uuid.uuid4(), row.device.code, row.room_id) for row in rows]
    )


def _declare(sites: list[Site]) -> None:
    """Valid, to be reviewed, expired, withdrawn; the rest never."""
    today = timezone.localdate()
    for site, ago, kind in zip(sites, (30, 200, 500, 90), ("", "old", "", "gone"), strict=False):
        on = today - dt.timedelta(days=ago)
        content, situations = snapshot(site)
        if kind == "old":  # as it stood before some devices moved
            situations = {key: f"ordered|{n}" for n, key in enumerate(situations)}
        signer = _signer(site)
        Declaration.objects.create(
            **signer,
            site=site,
            number=1,
            kind=DeclarationKind.SIGNED,
            on=on,
            valid_until=months_later(on, MONTHS),
            signed_at=_noon(on),
            devices=len(situations),
            content=content,
            situations=situations,
            sha256=fingerprint(content),
        )
        if kind == "gone":
            Declaration.objects.create(
                **signer,
                site=site,
                number=2,
                kind=DeclarationKind.WITHDRAWN,
                on=today - dt.timedelta(days=9),
                signed_at=_noon(today - dt.timedelta(days=9)),
                why="Le bloc B avait été compté deux fois.",
                sha256=fingerprint({}),
            )


def _signer(site: Site) -> dict[str, str]:
    return {
        "signed_by_text": f"Direction, {site.school.name}"[:200],
        "role_text": str(RoleKind.HEAD.label),
    }


def _noon(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))

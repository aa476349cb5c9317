"""Write what people scan, in batches: a phone that was offline sends its queue at once.

Every scan has a key of its browser's: sent again, it is written once and answered alike. The
number of statements does not depend on the number of scans.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_count
from inventory.models import Device, StockCount, StockScan, StockState, StockTaking
from inventory.rules.codes import read_scan
from inventory.rules.counting import AWAY, GONE
from schools.live import announce
from schools.models import Room, User

AT_MOST = 500
"""Scans of one batch."""
OLDEST = dt.timedelta(days=30)
SEEN, MOVED, BACK, ELSEWHERE, UNKNOWN = "seen", "moved", "back", "elsewhere", "unknown"

_COUNT = """
INSERT INTO inventory_stockcount (stock_taking_id, device_id, scan_id, room_id, by_id, at)
SELECT %s, * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::timestamptz[])
    ON CONFLICT (stock_taking_id, device_id) DO UPDATE
   SET scan_id = excluded.scan_id, room_id = excluded.room_id, by_id = excluded.by_id,
       at = excluded.at
 WHERE excluded.at >= inventory_stockcount.at
"""


@dataclass(frozen=True, slots=True)
class Scanned:
    """One reading as it comes in."""

    key: uuid.UUID
    text: str
    room: int | None = None
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """What a scan turned out to be. ``device`` is None for an unknown one."""

    key: uuid.UUID
    outcome: str
    again: bool
    text: str
    device: Device | None
    room: Room | None


def record_scans(user: User, pk: int, scans: Sequence[Scanned]) -> list[Read]:
    """Write them and say what each is, in their order.

    Raises StockTaking.DoesNotExist where unseen, DecisionRefused, DecisionImpossible when closed.
    """
    with transaction.atomic():
        taking = share_running(user, pk)
        told = {scan.key: read_scan(scan.text) for scan in scans}
        devices = find_devices(list(told.values()))
        batch = _Batch(
            taking=taking,
            by=user,
            texts={key: text for key, (_code, text) in told.items()},
            devices=devices,
            rooms={room.pk: room for room in Room.objects.filter(site=taking.site_id).open()},
            known=_written(taking, told),
            counted=_counted(taking, devices),
        )
        rows = [batch.row(scan) for scan in scans if scan.key not in batch.known]
        StockScan.objects.bulk_create(rows, ignore_conflicts=True)
        if rows:
            _count(taking, _written(taking, {row.key: None for row in rows}))
            announce("stock", taking.pk, site=taking.site_id)
    return [batch.read(scan) for scan in scans]


@dataclass
class _Batch:
    """What one batch needs to know, read once."""

    taking: StockTaking
    by: User
    texts: Mapping[uuid.UUID, str]
    devices: Mapping[str, Device]
    rooms: Mapping[int, Room]
    known: Mapping[uuid.UUID, StockScan]
    """Scans of the batch that had come before."""
    counted: set[int]

    def row(self, scan: Scanned) -> StockScan:
        now, text = timezone.now(), self.texts[scan.key]
        return StockScan(
            stock_taking=self.taking,
            key=scan.key,
            text=text or "?",
            device=self.devices.get(text),
            room=self.rooms.get(scan.room or 0),
            by=self.by,
            at=min(max(scan.at or now, now - OLDEST), now),
            received_at=now,
        )

    def read(self, scan: Scanned) -> Read:
        text = self.texts[scan.key]
        device, room = self.devices.get(text), self.rooms.get(scan.room or 0)
        again = device is not None and device.pk in self.counted and scan.key not in self.known
        if device is not None:
            self.counted.add(device.pk)  # the same label twice in one batch
        return Read(scan.key, outcome_of(self.taking, device, room), again, text, device, room)


def _counted(taking: StockTaking, devices: Mapping[str, Device]) -> set[int]:
    keys = [device.pk for device in devices.values()]
    rows = StockCount.objects.filter(stock_taking=taking, device__in=keys)
    return set(rows.values_list("device", flat=True))


def share_running(user: User, pk: int) -> StockTaking:
    """The row under a shared lock: many scan at once, closing waits for them all."""
    taking = StockTaking.objects.visible_to(user).select_related("site__school").get(pk=pk)
    require(can_count(user, taking.site))
    with connection.cursor() as cursor:
        cursor.execute("SELECT state FROM inventory_stocktaking WHERE id = %s FOR SHARE", [pk])
        state = cursor.fetchone()[0]
    if state != StockState.RUNNING:
        raise DecisionImpossible(
            _("Ce récolement est déjà %(state)s\u00a0: la lecture n’est pas comptée.")
            % {"state": StockState(state).label}
        )
    return taking


def find_devices(told: Sequence[tuple[str, str]]) -> dict[str, Device]:
    """Plain text → device: by the label's code, then the serial, then the asset number."""
    plain = {form for _code, text in told for form in (text, text.upper(), text.lower())}
    rows = Device.objects.filter(
        Q(code__in=[code for code, _text in told if code])
        | Q(serial__in=plain)
        | Q(asset_number__in=plain)
    ).select_related("product", "room", "site__school")
    by_code, by_serial, by_asset = {}, {}, {}
    for row in rows:
        by_code[row.code] = row
        by_serial[(row.serial or "").upper()] = row
        by_asset[(row.asset_number or "").upper()] = row
    found = {}
    for code, text in told:
        word = text.upper()
        device = by_code.get(code) or by_serial.get(word) or by_asset.get(word)
        if device is not None and text:
            found[text] = device
    return found


def _written(taking: StockTaking, keys: Mapping[uuid.UUID, object]) -> dict[uuid.UUID, StockScan]:
    """Scans of these keys that are written."""
    rows = StockScan.objects.filter(stock_taking=taking, key__in=list(keys))
    return {row.key: row for row in rows}


def _count(taking: StockTaking, scans: Mapping[uuid.UUID, StockScan]) -> None:
    """The latest standing scan of each device makes its count; ordered, so that two phones that
    send the same devices at once wait for one another instead of dying together."""
    latest = {
        scan.device_id: scan
        for scan in sorted(scans.values(), key=lambda one: (one.at, one.pk))
        if scan.device_id is not None and scan.undone_at is None
    }
    rows = [latest[key] for key in sorted(latest)]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _COUNT,
            [
                taking.pk,
                [row.device_id for row in rows],
                [row.pk for row in rows],
                [row.room_id for row in rows],
                [row.by_id for row in rows],
                [row.at for row in rows],
            ],
        )


def outcome_of(taking: StockTaking, device: Device | None, room: Room | None) -> str:
    """What a scan is, seen from this stock-taking."""
    if device is None:
        return UNKNOWN
    if device.site_id != taking.site_id:
        return ELSEWHERE
    if device.state in AWAY | GONE:
        return BACK
    if room is not None and device.room_id != room.pk:
        return MOVED
    return SEEN


def undo_scan(user: User, pk: int, key: uuid.UUID) -> StockScan | None:
    """Take a scan back; the device counts by what is left. None: nobody sent such a scan."""
    with transaction.atomic():
        taking = share_running(user, pk)
        rows = StockScan.objects.select_for_update(of=("self",)).filter(stock_taking=taking)
        scan = rows.filter(key=key).first()
        if scan is None or scan.undone_at is not None:
            return scan
        scan.undone_at = timezone.now()
        scan.save(update_fields=["undone_at"])
        if scan.device_id is not None:
            _recount(taking, scan.device_id)
        announce("stock", taking.pk, site=taking.site_id)
    return scan


def _recount(taking: StockTaking, device: int) -> None:
    """Two people may take back the two scans of one device at once: the count's row is the lock."""
    count = StockCount.objects.select_for_update(of=("self",)).filter(
        stock_taking=taking, device=device
    )
    list(count)
    left = StockScan.objects.standing().filter(stock_taking=taking, device=device)
    latest = left.order_by("at", "pk").last()
    count.delete()
    if latest is not None:
        _count(taking, {latest.key: latest})

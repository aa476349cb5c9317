"""Close a stock-taking: what differs becomes findings. The register itself is not touched."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from inventory.actions.open_stock_taking import lock_running
from inventory.models import StockCount, StockFinding, StockScan, StockState, StockTaking
from inventory.rules.counting import Counted, Found, differences
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


def close_stock_taking(user: User, pk: int) -> StockTaking:
    """Scans under way are in; later ones are refused. Six statements for any number of devices.

    Raises StockTaking.DoesNotExist where unseen, DecisionRefused, DecisionImpossible.
    """
    with transaction.atomic():
        taking = lock_running(user, pk)
        found = found_so_far(taking)
        StockFinding.objects.bulk_create(
            StockFinding(
                stock_taking=taking,
                kind=one.kind,
                device_id=one.device,
                room_id=one.room,
                text=one.text,
            )
            for one in found
        )
        taking.state, taking.closed_by = StockState.CLOSED, user
        taking.closed_at = timezone.now()
        taking.save(update_fields=["state", "closed_by", "closed_at"])
        record_action(
            user, "close_stock_taking", taking, site=taking.site, after={"findings": len(found)}
        )
        announce("stock", taking.pk, site=taking.site_id)
    return taking


def found_so_far(taking: StockTaking) -> list[Found]:
    """What closing now would propose. Three queries."""
    expected = list(taking.expected_devices.order_by("pk").values_list("device", flat=True))
    counted = {
        row["device"]: Counted(
            row["device"],
            row["device__site"],
            row["device__state"],
            row["device__room"],
            row["room"],
        )
        for row in StockCount.objects.filter(stock_taking=taking)
        .order_by("pk")
        .values("device", "device__site", "device__state", "device__room", "room")
    }
    scans = StockScan.objects.standing().filter(stock_taking=taking).order_by("at", "pk")
    unknown, damaged = [], []
    for scan in scans:
        if scan.device_id is None:
            unknown.append((scan.text, scan.room_id))
        elif scan.damaged:
            damaged.append(scan.device_id)
    return differences(taking.site_id, expected, counted, unknown, damaged)

"""Say that a scanned thing is damaged, with a note and a photo."""

from __future__ import annotations

import uuid
from typing import IO

from django.core.files.base import ContentFile
from django.db import transaction

from inventory.actions.record_scans import share_running
from inventory.models import StockScan
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User
from schools.photos import reencode


def remark_scan(
    user: User,
    pk: int,
    key: uuid.UUID,
    *,
    damaged: bool,
    note: str = "",
    photo: IO[bytes] | None = None,
    size: int = 0,
) -> StockScan:
    """Note it on the scan. Raises StockScan.DoesNotExist, PhotoRefused, and as record_scans."""
    picture = reencode(photo, size) if photo is not None else b""
    with transaction.atomic():
        taking = share_running(user, pk)
        rows = StockScan.objects.select_for_update(of=("self",)).standing()
        scan = rows.get(stock_taking=taking, key=key)
        scan.damaged, scan.note = damaged, note[:300]
        if picture:
            scan.photo.save("photo.jpg", ContentFile(picture), save=False)
        scan.save(update_fields=["damaged", "note", "photo"])
        record_action(
            user, "remark_scan", scan, site=taking.site, after={"damaged": damaged}, why=note
        )
        announce("stock", taking.pk, site=taking.site_id)
    return scan

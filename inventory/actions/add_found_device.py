"""Enter what a stock-taking found and the register did not know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from inventory.actions.add_device import add_device
from inventory.models import Device, FindingKind, FindingState, StockFinding
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import User


@transaction.atomic
def add_found_device(user: User, finding: int, facts: Mapping[str, Any], **place: Any) -> Device:
    """Add the device at the site that was counted; its finding is settled with it. Sent twice, or
    settled meanwhile by somebody else, it adds and settles nothing more.

    Raises StockFinding.DoesNotExist where unseen, and as :func:`add_device` does.
    """
    rows = StockFinding.objects.visible_to(user).filter(kind=FindingKind.UNKNOWN)
    row = rows.select_for_update(of=("self",)).select_related("stock_taking__site").get(pk=finding)
    site = row.stock_taking.site
    device = add_device(user, site.pk, facts, **place)
    if row.state == FindingState.OPEN:
        row.state, row.device = FindingState.ACCEPTED, device
        row.decided_by, row.decided_at = user, timezone.now()
        row.save(update_fields=["state", "device", "decided_by", "decided_at"])
        after = {"kind": row.kind, "state": row.state, "device": device.name}
        record_action(user, "accept_finding", row, site=site, after=after)
        announce("stock", row.stock_taking_id, site=site.pk)
    return device

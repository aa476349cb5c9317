"""Sign what a site has: a frozen, dated version with its hash. Withdraw it by a new version."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.access import DecisionImpossible, require
from inventory.access.stock import can_declare, role_words
from inventory.models import Declaration, DeclarationKind, Device, DeviceState
from inventory.models.declarations import fingerprint
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

FORM = 1
"""Of the content; a later form is another number, and what was signed stays readable."""


def declare_inventory(user: User, site: Site, *, seen: str = "", why: str = "") -> Declaration:
    """Sign the inventory as it stands now.

    ``seen``: the fingerprint of what the person read; a register that moved on meanwhile is
    refused. Raises DecisionRefused, DecisionImpossible.
    """
    require(can_declare(user, site))
    today = timezone.localdate()
    with transaction.atomic():
        last = _lock_last(site)
        content, situations = snapshot(site)
        if seen and seen != fingerprint(content):
            raise DecisionImpossible(
                _("L’inventaire a changé depuis que vous l’avez lu\u00a0: relisez, puis signez.")
            )
        row = Declaration.objects.create(
            site=site,
            number=last + 1,
            kind=DeclarationKind.SIGNED,
            on=today,
            valid_until=months_later(today, settings.DECLARATION_MONTHS),
            signed_by=user,
            signed_by_text=str(user),
            role_text=role_words(user, site),
            why=why[:500],
            devices=len(situations),
            content=content,
            situations=situations,
            sha256=fingerprint(content),
        )
        after = {"number": row.number, "devices": row.devices, "sha256": row.sha256}
        record_action(user, "declare_inventory", row, site=site, after=after, why=why)
        announce("declaration", row.pk, site=site.pk)
    return row


def withdraw_declaration(user: User, site: Site, why: str) -> Declaration:
    """Say that the last version no longer holds; a new version tells it and why."""
    require(can_declare(user, site))
    if not why.strip():
        raise DecisionImpossible(_("Dites pourquoi\u00a0: le motif reste avec le retrait."))
    with transaction.atomic():
        number = _lock_last(site)
        last = Declaration.objects.filter(site=site, number=number).first()
        if last is None or last.kind == DeclarationKind.WITHDRAWN:
            raise DecisionImpossible(_("Aucune déclaration à retirer."))
        row = Declaration.objects.create(
            site=site,
            number=number + 1,
            kind=DeclarationKind.WITHDRAWN,
            on=timezone.localdate(),
            signed_by=user,
            signed_by_text=str(user),
            role_text=role_words(user, site),
            why=why.strip()[:500],
            sha256=fingerprint({}),
        )
        record_action(user, "withdraw_declaration", row, site=site, why=why)
        announce("declaration", row.pk, site=site.pk)
    return row


def _lock_last(site: Site) -> int:
    """The last version's number; two signatures at once wait for one another."""
    Site.objects.select_for_update(of=("self",), no_key=True).get(pk=site.pk)
    return Declaration.objects.filter(site=site).aggregate(last=Max("number"))["last"] or 0


def months_later(day: dt.date, months: int) -> dt.date:
    """The same day ``months`` later, or the last of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + year, month + 1)[1]
    return dt.date(day.year + year, month + 1, min(day.day, last))


def snapshot(site: Site) -> tuple[dict[str, Any], dict[str, str]]:
    """The site's devices in plain words, and the situation of each by key. One query."""
    rows = (
        Device.objects.filter(site=site)
        .exclude(state=DeviceState.RETIRED)
        .annotate(counted_at=Max("stock_counts__at"))
        .select_related("product", "room")
        .order_by("code")
    )
    devices: list[Any] = list(rows)
    content = {
        "form": FORM,
        "site": str(site),
        "school": site.school.name,
        "by_category": dict(sorted(Counter(d.product.category for d in devices).items())),
        "by_state": dict(sorted(Counter(d.state for d in devices).items())),
        "never_counted": sum(d.counted_at is None for d in devices),
        "devices": [_line(device) for device in devices],
    }
    situations = {str(d.pk): f"{d.state}|{d.room_id or ''}" for d in devices}
    return content, situations


def _line(device: Any) -> dict[str, Any]:
    counted = device.counted_at
    return {
        "code": device.code,
        "name": device.name,
        "category": device.product.category,
        "product": str(device.product),
        "serial": device.serial or "",
        "asset_number": device.asset_number or "",
        "state": device.state,
        "room": device.room.name if device.room else "",
        "owner": device.owner,
        "counted_on": timezone.localdate(counted).isoformat() if counted else "",
    }

"""The pull: damages, thefts and losses of lent devices that no ticket knows yet become tickets.

Loans never call the helpdesk (ADR 004). The ticket names the device and the school; the pupil is
not in what is read here.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from byod.models.loans.conditions import PART_WORDS
from byod.models.loans.damages import DamageKind, LoanDamage
from helpdesk.actions.writing import set_promise, tell, write_event
from helpdesk.models import DamageTicket, EventKind, Priority, Ticket
from helpdesk.wording import device_kind
from schools.actions.audit import record_action
from schools.models import Community

BATCH = 100
ASKED = (DamageKind.DAMAGE, DamageKind.THEFT, DamageKind.LOSS)
"""A missing charger is the school's own affair."""


def open_for_damages(now: dt.datetime | None = None, batch: int = BATCH) -> int:
    """Open tickets until none is left to open; how many. Any number of workers may run it."""
    total = 0
    while made := _pull(now or timezone.now(), batch):
        total += made
    return total


@transaction.atomic
def _pull(now: dt.datetime, batch: int) -> int:
    """One batch, claimed with SKIP LOCKED and looked at again under the lock."""
    answered = DamageTicket.objects.filter(damage=OuterRef("pk"))
    claimed = list(
        LoanDamage.objects.open()
        .filter(~Exists(answered), kind__in=ASKED)
        .select_for_update(of=("self",), skip_locked=True)
        .order_by("pk")
        .values_list("pk", flat=True)[:batch]
    )
    taken = set(DamageTicket.objects.filter(damage__in=claimed).values_list("damage", flat=True))
    rows = LoanDamage.objects.select_related("site__school", "item__device__product", "told_by")
    found = rows.in_bulk([pk for pk in claimed if pk not in taken])
    return sum(open_for_damage(found[pk], now) for pk in sorted(found))


def open_for_damage(damage: LoanDamage, now: dt.datetime) -> bool:
    """Give it its ticket; False: another worker was faster, and ours is undone."""
    try:
        with transaction.atomic():
            ticket = Ticket(
                site=damage.site,
                title=damage_title(damage),
                priority=Priority.LOW,
                subject="computer",
                device=damage.item.device,
                opened_at=now,
                opened_by=damage.told_by,
                detected_at=min(damage.told_at, now),
            )
            set_promise(ticket)
            ticket.save()
            DamageTicket.objects.create(damage=damage, ticket=ticket, linked_at=now)
            told = {"device": damage.item.device.name, "kind": str(damage.get_kind_display())}
            write_event(ticket, EventKind.OPENED, by=damage.told_by, at=now)
            record_action(damage.told_by, "open_ticket", ticket, site=damage.site, after=told)
            tell(ticket)
    except IntegrityError:
        if DamageTicket.objects.filter(damage=damage).exists():
            return False
        raise
    return True


def damage_title(damage: LoanDamage) -> str:
    """« Portable PC-0413, prêté : abîmé ou en panne (écran) », in the school's language."""
    german = damage.site.school.community == Community.DG
    with override("de" if german else "fr"):
        device = damage.item.device
        told = _("%(what)s %(name)s, prêté\u00a0: %(kind)s") % {
            "what": device_kind(device.product.category),
            "name": device.name,
            "kind": damage.get_kind_display(),
        }
        parts = ", ".join(str(PART_WORDS[part]) for part in damage.parts.split(",") if part)
        return (f"{told} ({parts})" if parts else told)[:200]

"""Queue for each webhook what the journal says since it last looked (ADR 031).

The journal numbers its entries as their transactions commit, under one lock: behind a number
nothing appears any more. A cursor per webhook is therefore enough, and nothing is lost or told
twice, whatever is killed.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from schools.actions.keep_webhook import head_of_journal
from schools.api_areas import APPS_OF
from schools.models import AuditEntry, Webhook, WebhookDelivery

PIECE = 5_000
"""Entries looked at in one transaction."""


def fan_out_events() -> int:
    """For all webhooks that run. Returns how many deliveries were queued."""
    head = head_of_journal()
    behind = Webhook.objects.running().filter(sequence__lt=head)
    return sum(_catch_up(key, head) for key in behind.values_list("pk", flat=True))


def _catch_up(key: int, head: int) -> int:
    queued, more = 0, True
    while more:
        added, more = _piece(key, head)
        queued += added
    return queued


@transaction.atomic
def _piece(key: int, head: int) -> tuple[int, bool]:
    """A piece of the journal for one webhook. Another worker that holds it does this piece."""
    row = (
        Webhook.objects.running()
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("owner")
        .filter(pk=key, sequence__lt=head)
        .first()
    )
    if row is None:
        return 0, False
    until = min(row.sequence + PIECE, head)
    queued = queue(row, row.sequence, until)
    Webhook.objects.filter(pk=row.pk).update(sequence=until)
    return queued, until < head


def queue(row: Webhook, after: int, until: int) -> int:
    """Deliveries of the numbers in (after, until] that the owner may see; known ones stay."""
    now = timezone.now()
    entries = (
        AuditEntry.objects.visible_to(row.owner)
        .filter(wanted_q(row), seal__sequence__gt=after, seal__sequence__lte=until)
        .order_by("seal__sequence")
        .values_list("pk", "seal__sequence")
    )
    made = [
        WebhookDelivery(webhook=row, entry_id=entry, sequence=number, next_at=now, created_at=now)
        for entry, number in entries
    ]
    WebhookDelivery.objects.bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return len(made)


def wanted_q(row: Webhook) -> Q:
    """Entries of its areas, and of its verbs where it names some."""
    areas = Q(pk__in=[])
    for area in row.areas:
        for app in APPS_OF[area]:
            areas |= Q(object_type__startswith=f"{app}.")
    return areas & Q(action__in=row.actions) if row.actions else areas

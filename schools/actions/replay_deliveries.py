"""Send again: one delivery, all that were given up, or all since a moment."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from schools.actions.audit import record_action
from schools.actions.fan_out_events import PIECE, queue
from schools.models import AuditSeal, DeliveryState, User, Webhook, WebhookDelivery


@transaction.atomic
def replay_delivery(owner: User, key: int) -> WebhookDelivery:
    """One again, whatever became of it. The message keeps its id: who has it already knows."""
    row = WebhookDelivery.objects.visible_to(owner).select_for_update(of=("self",)).get(pk=key)
    _again(WebhookDelivery.objects.filter(pk=row.pk))
    record_action(owner, "replay_webhook", row.webhook, after={"sequence": row.sequence})
    return row


@transaction.atomic
def replay_given_up(owner: User, key: int) -> int:
    """All that were given up. Returns how many wait again."""
    row = Webhook.objects.visible_to(owner).get(pk=key)
    count = _again(row.deliveries.filter(state=DeliveryState.GIVEN_UP))
    if count:
        record_action(owner, "replay_webhook", row, after={"deliveries": count})
    return count


@transaction.atomic
def replay_since(owner: User, key: int, since: dt.datetime) -> int:
    """Everything since a moment, also what was before the webhook was, within the owner's scope.

    What waits already keeps its turn. Returns how many will be sent.
    """
    row = Webhook.objects.visible_to(owner).select_for_update().get(pk=key)
    first = (
        AuditSeal.objects.filter(entry__at__gte=since)
        .order_by("sequence")
        .values_list("sequence", flat=True)
        .first()
    )
    if first is None:
        return 0
    _again(row.deliveries.filter(sequence__gte=first).exclude(state=DeliveryState.WAITING))
    after = first - 1
    while after < row.sequence:
        until = min(after + PIECE, row.sequence)
        queue(row, after, until)
        after = until
    waiting = row.deliveries.filter(sequence__gte=first, state=DeliveryState.WAITING).count()
    record_action(owner, "replay_webhook", row, after={"since": since.isoformat()})
    return waiting


def _again(rows: QuerySet[WebhookDelivery]) -> int:
    return rows.update(
        state=DeliveryState.WAITING, attempts=0, next_at=timezone.now(), error="", status=None
    )

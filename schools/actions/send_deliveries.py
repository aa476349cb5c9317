"""Send what waits for webhooks: claim, ask, write the answer. No transaction while waiting."""

from __future__ import annotations

import datetime as dt
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.actions.audit import record_action
from schools.models import DeliveryState, Webhook, WebhookDelivery
from schools.models.webhooks import WebhookQuerySet
from schools.webhooks.message import body_of
from schools.webhooks.sending import GONE, Heard, send
from schools.webhooks.signing import headers_of, retry_after

BATCH = 24
EACH = 8
"""Of one webhook in a batch: one slow receiver does not hold up the others."""
AT_ONCE = 8
LEASE = dt.timedelta(minutes=2)
"""A delivery whose worker was killed is tried again after this. A batch takes 36 s at most."""
PATIENCE = dt.timedelta(days=3)
"""A webhook that heard nothing for so long is paused, and its owner sees why."""

# The first ones of each webhook, oldest first. Taking one counts the try and leases it.
_CLAIM = """
WITH due AS (
    SELECT d.id
      FROM schools_webhook w
     CROSS JOIN LATERAL (
           SELECT x.id, x.next_at FROM schools_webhookdelivery x
            WHERE x.webhook_id = w.id AND x.state = 'waiting' AND x.next_at <= %(now)s
            ORDER BY x.next_at, x.sequence LIMIT %(each)s
            FOR UPDATE SKIP LOCKED) d
     WHERE w.paused_at IS NULL
     ORDER BY d.next_at
     LIMIT %(batch)s
)
UPDATE schools_webhookdelivery d
   SET attempts = d.attempts + 1, next_at = %(lease)s, tried_at = %(now)s
  FROM due
 WHERE d.id = due.id
RETURNING d.id
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """All that one request needs: nothing is read from the database while it runs."""

    delivery: WebhookDelivery
    url: str
    body: bytes
    headers: dict[str, str]


def send_deliveries() -> int:
    """One batch. Returns how many were tried: as long as it is not 0 there may be more."""
    now = timezone.now()
    letters = [_letter(row, now) for row in _claim(now)]
    if not letters:
        return 0
    with ThreadPoolExecutor(min(AT_ONCE, len(letters))) as pool:
        heard = list(pool.map(lambda one: send(one.url, one.body, one.headers), letters))
    for letter, answer in zip(letters, heard, strict=True):
        write_answer(letter.delivery, answer, timezone.now())
    return len(letters)


def _claim(now: dt.datetime) -> list[WebhookDelivery]:
    values: dict[str, Any] = {"now": now, "lease": now + LEASE, "batch": BATCH, "each": EACH}
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        keys = [key for (key,) in cursor.fetchall()]
    rows = WebhookDelivery.objects.filter(pk__in=keys).select_related("webhook", "entry")
    return list(rows.order_by("sequence"))


def _letter(row: WebhookDelivery, now: dt.datetime) -> Letter:
    body = body_of(row.entry, row.sequence)
    key = f"preau-{row.webhook_id}-{row.sequence}"
    headers = headers_of(key, now, body, row.webhook.secrets(now))
    return Letter(row, row.webhook.url, body, headers)


@transaction.atomic
def write_answer(row: WebhookDelivery, heard: Heard, now: dt.datetime) -> None:
    """Delivered, to be tried again, or given up; and how its webhook fares."""
    values = {"status": heard.status, "error": heard.error[:300], "took_ms": heard.took_ms}
    mine = WebhookDelivery.objects.filter(pk=row.pk, state=DeliveryState.WAITING)
    hook = Webhook.objects.filter(pk=row.webhook_id)
    if heard.delivered:
        mine.update(state=DeliveryState.DELIVERED, **values)
        hook.exclude(failing_since=None).update(failing_since=None)
        return
    wait = retry_after(row.attempts)
    if wait is None:
        mine.update(state=DeliveryState.GIVEN_UP, **values)
    else:
        mine.update(next_at=now + wait, **values)
    hook.filter(failing_since=None).update(failing_since=now)
    if heard.status == GONE:
        _pause(hook, _("Le destinataire ne veut plus rien recevoir (410)."), now)
    else:
        failing = hook.filter(failing_since__lt=now - PATIENCE)
        _pause(failing, _("Aucun envoi n’est arrivé depuis trois jours."), now)


def _pause(hooks: WebhookQuerySet, why: str, now: dt.datetime) -> None:
    row = hooks.filter(paused_at=None).select_for_update().first()
    if row is not None:
        row.paused_at, row.paused_why = now, why
        row.save(update_fields=["paused_at", "paused_why"])
        record_action(None, "pause_webhook", row, why=why)


def try_out(row: Webhook) -> Heard:
    """Send a message of no consequence now, and say what came back. Nothing is stored."""
    now = timezone.now()
    body = json.dumps({"type": "preau.test", "timestamp": now.isoformat(), "data": {}}).encode()
    return send(
        row.url, body, headers_of(f"preau-test-{now.timestamp():.0f}", now, body, row.secrets(now))
    )

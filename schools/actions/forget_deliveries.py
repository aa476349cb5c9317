"""Let old deliveries go; the journal itself stays."""

from __future__ import annotations

import datetime as dt

from django.conf import settings

from schools.models import DeliveryState, WebhookDelivery


def forget_deliveries(now: dt.datetime) -> int:
    """Those that ended over WEBHOOK_DAYS ago. Returns how many went."""
    old = now - dt.timedelta(days=settings.WEBHOOK_DAYS)
    ended = WebhookDelivery.objects.exclude(state=DeliveryState.WAITING)
    return ended.filter(created_at__lt=old).delete()[0]

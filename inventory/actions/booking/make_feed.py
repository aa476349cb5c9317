from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from inventory.models import CalendarFeed
from schools.actions.audit import record_action
from schools.models import User


def digest_of(token: str) -> str:
    """What is stored of a secret address: the database opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_feed(actor: User) -> str:
    """A new secret for the calendar of one's bookings; the former one opens nothing any more.
    Returned once, and never again."""
    token = secrets.token_urlsafe(32)
    feed, _made = CalendarFeed.objects.update_or_create(
        person=actor,
        defaults={"digest": digest_of(token), "made_at": timezone.now(), "read_at": None},
    )
    record_action(actor, "make_feed", feed)
    return token


@transaction.atomic
def revoke_feed(actor: User) -> None:
    """The secret address opens nothing any more."""
    feed = CalendarFeed.objects.filter(person=actor).select_for_update().first()
    if feed is not None:
        record_action(actor, "revoke_feed", feed)
        feed.delete()

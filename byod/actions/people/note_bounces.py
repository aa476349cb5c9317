"""What comes back: a delivery status notification (RFC 3464) tells that an address is dead."""

from __future__ import annotations

import email
import email.policy
import re
import uuid
from email.message import EmailMessage, Message

from django.utils import timezone

from byod.models.people.letters import FamilyLetter, LetterState
from byod.models.people.links import PersonalLink

MESSAGE = re.compile(r"<lettre\.([0-9a-f-]{36})@")
STATUS = re.compile(r"5\.\d{1,3}\.\d{1,3}")
LONGEST = 2_000_000
"""Bytes of a message that are read."""


def note_bounce(body: bytes) -> int:
    """Mark the letters that a message says were not delivered; their links end. How many.

    Anything else that reaches the mailbox marks nothing: a holiday notice, a delay, a forgery (it
    would have to guess a Message-ID).
    """
    told = email.message_from_bytes(body[:LONGEST], policy=email.policy.default)
    status = _failed_status(told)
    found = MESSAGE.search(body[:LONGEST].decode("ascii", "replace"))
    if not status or not found:
        return 0
    try:
        key = uuid.UUID(found.group(1))
    except ValueError:
        return 0
    first = FamilyLetter.objects.filter(message=key, state=LetterState.SENT).first()
    if first is None:
        return 0
    rows = FamilyLetter.objects.filter(
        state=LetterState.SENT, address_key=first.address_key, claimed_at=first.claimed_at
    )
    PersonalLink.objects.filter(letters__in=rows, revoked_at=None).update(revoked_at=timezone.now())
    return rows.update(state=LetterState.FAILED, fault=status)


def _failed_status(told: EmailMessage | Message) -> str:
    """``5.1.1`` of a part that says « failed »; empty otherwise."""
    for part in told.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        fields = str(part)
        if re.search(r"(?im)^action:\s*failed", fields) and (found := STATUS.search(fields)):
            return found.group()
    return ""

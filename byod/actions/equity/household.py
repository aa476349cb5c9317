"""The key of a household (ménage): an HMAC that says whether two loans meet, and nothing else."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings
from django.utils.encoding import force_bytes

from byod.models.people.identities import Named
from byod.models.people.members import Member


def household_key(member: Member, named: Named | None, typed: str = "") -> str:
    """Of what the school typed (its own number of the household), else of the guardian's e-mail.

    Empty where neither is known: the limit of one line cannot be held then. What was typed counts
    within the school alone: two schools number their households by themselves.
    """
    if own := typed.strip().casefold():
        return _digest(f"school|{member.site.school_id}|{own}")
    email = named.guardian_email.strip().casefold() if named else ""
    return _digest(f"email|{email}") if email else ""


def _digest(text: str) -> str:
    key = hashlib.sha256(b"preau.equity.household:" + force_bytes(settings.FIELD_KEY)).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()

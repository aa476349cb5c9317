"""The link of an invitation: made when the message leaves, stored as its digest alone.

The token is an HMAC, under SECRET_KEY, of which invitation and which of its sends: a message that
is tried again after a crash carries the same link, no queue ever holds a token, and a stolen copy
of the database opens nothing.
"""

from __future__ import annotations

import base64
import hashlib

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import salted_hmac

from schools.models import Invitation


def token_of(invitation: Invitation) -> str:
    """The secret of this send. The time keeps a restored database from repeating one."""
    which = f"{invitation.pk}:{invitation.sends}:{invitation.asked_at.timestamp():.6f}"
    made = salted_hmac("schools.invitation", which, algorithm="sha256").digest()
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_of(invitation: Invitation) -> str:
    """The address that stands in the message."""
    path = reverse("schools:accept", args=[token_of(invitation)])
    return f"{settings.PREAU_URL}{path}"

"""Text encrypted at rest with a key that never enters the database (settings.FIELD_KEY)."""

from __future__ import annotations

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def seal(secret: dict[str, Any]) -> str:
    """Encrypt a mapping (Fernet: AES-128-CBC + HMAC-SHA-256); the result is ASCII."""
    return Fernet(settings.FIELD_KEY).encrypt(json.dumps(secret).encode()).decode()


def unseal(sealed: str) -> dict[str, Any]:
    """Decrypt what :func:`seal` made.

    Raises ImproperlyConfigured when FIELD_KEY is not the key that sealed it.
    """
    try:
        opened: dict[str, Any] = json.loads(Fernet(settings.FIELD_KEY).decrypt(sealed.encode()))
    except InvalidToken:
        raise ImproperlyConfigured(
            "A stored credential cannot be read with FIELD_KEY: it was sealed with another key. "
            "Restore that key, or enter the credential again."
        ) from None
    return opened

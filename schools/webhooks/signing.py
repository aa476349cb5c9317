"""The signature of a message, by the convention of Standard Webhooks. Values in, values out.

``webhook-id``, ``webhook-timestamp`` (seconds since 1970) and the body, joined by dots, are summed
with HMAC-SHA-256; ``webhook-signature`` is ``v1,`` and the sum in base 64, one per secret, parted
by spaces. A receiver compares one of them and refuses old timestamps.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Iterable

PREFIX = "whsec_"
RETRY_AFTER = (
    dt.timedelta(seconds=10),
    dt.timedelta(minutes=1),
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=30),
    dt.timedelta(hours=2),
    dt.timedelta(hours=6),
    dt.timedelta(hours=12),
    dt.timedelta(hours=24),
)
"""How long to wait after the first, second… failed try; after the last one it is given up."""


def new_secret() -> str:
    """A secret of 256 random bits, as the convention writes it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def headers_of(key: str, at: dt.datetime, body: bytes, held: Iterable[str]) -> dict[str, str]:
    """The three headers of a message. ``key`` is the same at each try of it."""
    stamp = str(int(at.timestamp()))
    told = f"{key}.{stamp}.".encode() + body
    return {
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{_sum(secret, told)}" for secret in held),
    }


def _sum(secret: str, told: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()


def retry_after(attempts: int) -> dt.timedelta | None:
    """How long after the ``attempts``-th failed try the next one comes; None: none comes."""
    return RETRY_AFTER[attempts - 1] if attempts <= len(RETRY_AFTER) else None

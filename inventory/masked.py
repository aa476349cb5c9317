"""Configurations as people see them: every secret replaced by a mark."""

from __future__ import annotations

import hmac
from functools import cache
from hashlib import sha256

from django.conf import settings

from inventory.cli.masking import mask
from inventory.cli.platforms import Platform, platforms
from inventory.models import ConfigBackup


@cache
def _key(field_key: str | bytes) -> bytes:
    raw = field_key.encode() if isinstance(field_key, str) else field_key
    return hmac.new(raw, b"marks of secrets in configurations", sha256).digest()


def marks_key() -> bytes:
    """The key of the marks, drawn from FIELD_KEY: outside the database as that one."""
    return _key(settings.FIELD_KEY)


def masked(text: str, platform: str) -> str:
    """A text of a device of that platform, without its secrets."""
    known: Platform | None = platforms().get(platform)
    return mask(text, marks_key(), known)


def masked_lines(backup: ConfigBackup) -> list[str]:
    """The lines of a version as people may see them. One query, unless its blob was selected."""
    return masked(backup.blob.text(), backup.platform).splitlines()

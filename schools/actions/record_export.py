from __future__ import annotations

from collections.abc import Mapping

from schools.actions.audit import record_action
from schools.models import AuditEntry, User


def record_export(user: User, name: str, kind: str, asked: Mapping[str, str]) -> AuditEntry:
    """Write down that somebody took a list of people with them, and which filters it had."""
    told = {
        "list": name,
        "format": kind,
        "filters": {_plain(k): _plain(v) for k, v in asked.items()},
    }
    return record_action(user, "export_people", user, after=told)


def _plain(text: str) -> str:
    """A parameter of an address, short and without NUL, which PostgreSQL refuses."""
    return text.replace("\x00", "")[:100]

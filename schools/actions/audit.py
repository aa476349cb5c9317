"""Write one line of the journal. Every action calls this inside its transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.utils import timezone

from schools.models import AuditEntry, Site, User
from schools.origin import current_origin

SYSTEM = "Préau"
"""The actor's name when the platform itself acts."""


def record_action(
    actor: User | None,
    action: str,
    obj: models.Model,
    *,
    site: Site | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    why: str = "",
) -> AuditEntry:
    """Append who did what to which object. ``before``/``after`` hold only what changed, JSON-able.

    ``action`` is a verb_noun (``take_ticket``); ``actor`` None means the platform. From where it
    comes is read from :mod:`schools.origin`; PostgreSQL seals the entry at commit.
    """
    origin = current_origin()
    return AuditEntry.objects.create(
        actor=actor,
        actor_text=str(actor) if actor else SYSTEM,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=str(obj.pk),
        object_text=str(obj)[:200],
        site=site,
        site_text=str(site)[:400] if site else "",
        before=dict(before or {}),
        after=dict(after or {}),
        why=why[:500],
        door=origin.door,
        door_name=origin.name[:100],
        address=origin.address,
    )


@dataclass(frozen=True, slots=True)
class JournalLine:
    """One of many lines that one action writes at once."""

    action: str
    obj: models.Model
    site: Site | None = None
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    text: str = ""
    why: str = ""


def record_actions(actor: User | None, lines: Iterable[JournalLine], batch_size: int = 1000) -> int:
    """Append many lines in few statements; return how many."""
    actor_text = str(actor) if actor else SYSTEM
    entries = [
        AuditEntry(
            actor=actor,
            actor_text=actor_text,
            action=line.action,
            object_type=line.obj._meta.label_lower,
            object_id=str(line.obj.pk),
            object_text=(line.text or str(line.obj))[:200],
            site=line.site,
            before=dict(line.before),
            after=dict(line.after),
            why=line.why[:500],
        )
        for line in lines
    ]
    AuditEntry.objects.bulk_create(entries, batch_size=batch_size)
    return len(entries)


SELECTED = """
INSERT INTO schools_auditentry (at, actor_id, actor_text, action, object_type, object_id,
       object_text, site_id, site_text, before, after, why, door, door_name, address)
SELECT %(at)s, %(actor)s, %(actor_text)s, action, object_type, object_id, object_text, site_id,
       left(site_text, 400), before, after, left(why, 500), %(door)s, %(door_name)s, %(address)s
  FROM ({rows}) told
"""


def record_selected(actor: User | None, rows: str, params: Mapping[str, Any]) -> int:
    """Append one line for each row of a SELECT: for what was changed by sets of a hundred thousand.

    ``rows`` names ``action, object_type, object_id, object_text, site_id, site_text, before,
    after, why``; it is written in the code, never by people. Returns how many.
    """
    origin = current_origin()
    with connection.cursor() as cursor:
        cursor.execute(
            SELECTED.replace("{rows}", rows),
            {
                **params,
                "at": timezone.now(),
                "actor": actor.pk if actor else None,
                "actor_text": str(actor) if actor else SYSTEM,
                "door": origin.door.value,
                "door_name": origin.name[:100],
                "address": origin.address,
            },
        )
        return int(cursor.rowcount)

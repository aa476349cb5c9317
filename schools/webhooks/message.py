"""What a receiver is told of one entry: what happened to which object, never the contents.

A thin message: the receiver reads the object through the API, with a key, in its own scope. No
name of a person, no text that somebody typed, leaves by this door.
"""

from __future__ import annotations

import datetime as dt
import json

from schools.models import AuditEntry


def body_of(entry: AuditEntry, sequence: int) -> bytes:
    """The body of the message: the same bytes at each try."""
    told = {
        "type": f"{entry.object_type}.{entry.action}",
        "timestamp": entry.at.astimezone(dt.UTC).isoformat(),
        "sequence": sequence,
        "data": {
            "action": entry.action,
            "object": {"type": entry.object_type, "id": entry.object_id},
            "site": entry.site_id,
            "changed": sorted({*entry.before, *entry.after}),
        },
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()

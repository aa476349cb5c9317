"""Write the next step of devices' lives: one row for each whose situation is no longer the last."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import connection
from django.utils import timezone

from schools.models import User

_NOTE = """
INSERT INTO inventory_devicemove
       (device_id, at, state, site_id, room_id, room_text, holder_id, actor_id, why,
        happened_on, police_report)
SELECT d.id, %(at)s, d.state, d.site_id, d.room_id, coalesce(left(r.name, 60), ''),
       d.holder_id, %(actor)s, %(why)s, %(happened_on)s, %(police_report)s
  FROM inventory_device d
  LEFT JOIN schools_room r ON r.id = d.room_id
  LEFT JOIN LATERAL (
       SELECT m.state, m.site_id, m.room_id, m.holder_id
         FROM inventory_devicemove m
        WHERE m.device_id = d.id
        ORDER BY m.at DESC, m.id DESC
        LIMIT 1) last ON true
 WHERE d.id = ANY(%(devices)s)
   AND (last.state IS NULL
        OR (d.state, d.site_id, d.room_id, d.holder_id)
           IS DISTINCT FROM (last.state, last.site_id, last.room_id, last.holder_id))
"""


def note_moves(
    devices: Iterable[int],
    actor: User | None,
    why: str = "",
    at: dt.datetime | None = None,
    *,
    happened_on: dt.date | None = None,
    police_report: str = "",
) -> int:
    """Called by every action that changes state, place or holder, inside its transaction, after
    the change. ``devices`` are keys; one statement for any number. Returns how many moved."""
    keys = list(devices)
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            _NOTE,
            {
                "devices": keys,
                "actor": actor.pk if actor else None,
                "why": why[:300],
                "at": at or timezone.now(),
                "happened_on": happened_on,
                "police_report": police_report[:60],
            },
        )
        return int(cursor.rowcount)

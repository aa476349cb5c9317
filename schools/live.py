"""Announce on commit: a fact that changed, told to the open pages through PostgreSQL NOTIFY.

NOTIFY is transactional: a rolled-back change announces nothing. A payload carries ids only;
each page reads the fact again through its own scoped view, so an announcement can leak nothing.
"""

from __future__ import annotations

import json

from django.db import connection

CHANNEL = "preau_live"


def announce(topic: str, id: int, *, site: int | None, **ids: int | None) -> None:
    """Tell the open pages that ``topic`` (``ticket``, ``incident``, ``device``…) ``id`` changed.

    ``site`` gates who hears it; None reaches only those who see the whole Region.
    """
    announce_many([{"topic": topic, "id": id, "site": site, **ids}])


def announce_many(events: list[dict[str, object]]) -> None:
    """Announce a batch in one statement. Each event needs ``topic``, ``id`` and ``site``."""
    if not events:
        return
    payloads = [json.dumps(event, separators=(",", ":")) for event in events]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_notify(%s, payload) FROM unnest(%s::text[]) AS payload",
            [CHANNEL, payloads],
        )

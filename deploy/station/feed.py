"""What happens now, one line each, for the terminal of ``./preau up``.

It reads the rows that the platform writes anyway (events of targets and of tickets): what
stands here happened, and was committed. A lost connection is waited for, nothing is skipped.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import datetime

import django
from django.db import Error, connection
from django.utils import timezone

PAUSE_S = 0.5
AT_MOST = 20  # lines per look: a power cut of a whole site does not bury the rest

TARGET_EVENTS = """
    SELECT event.id, event.at, site.name, device.name,
           CASE event.kind WHEN 'state' THEN chk.key || ': ' || event.old || ' → ' || event.new
                           ELSE event.kind END
    FROM supervision_targetevent event
    JOIN supervision_target target ON target.id = event.target_id
    JOIN inventory_device device ON device.id = target.device_id
    JOIN schools_site site ON site.id = target.site_id
    LEFT JOIN supervision_check chk ON chk.id = event.check_row_id
    WHERE event.id > %s AND NOT (event.kind = 'state' AND event.old = 'unknown')
    ORDER BY event.id LIMIT %s
"""
TICKET_EVENTS = """
    SELECT event.id, event.at, site.name, ticket.id, event.kind, ticket.title
    FROM helpdesk_ticketevent event
    JOIN helpdesk_ticket ticket ON ticket.id = event.ticket_id
    JOIN schools_site site ON site.id = ticket.site_id
    WHERE event.id > %s
    ORDER BY event.id LIMIT %s
"""


class Story:
    """One table of events, read from where the last look ended."""

    def __init__(self, table: str, query: str) -> None:
        self.table = table
        self.query = query
        self.last: int | None = None

    def new(self) -> list[tuple[object, ...]]:
        """Return the rows written since the last look; the first look only takes its place."""
        with connection.cursor() as cursor:
            if self.last is None:
                cursor.execute(f"SELECT coalesce(max(id), 0) FROM {self.table}")  # noqa: S608
                self.last = cursor.fetchone()[0]
                return []
            cursor.execute(self.query, [self.last, AT_MOST])
            rows: list[tuple[object, ...]] = cursor.fetchall()
        if rows:
            self.last = int(str(rows[-1][0]))
        return rows


def lines(targets: Story, tickets: Story) -> Iterator[str]:
    """Yield a line for each new event."""
    for _id, at, site, device, what in targets.new():
        yield f"{_clock(at)}  {site} · {device}  {what}"
    for _id, at, site, number, kind, title in tickets.new():
        yield f"{_clock(at)}  {site} · ticket {number} {kind}: {title}"


def _clock(at: object) -> str:
    assert isinstance(at, datetime)
    return f"{timezone.localtime(at):%H:%M:%S}"


def main() -> None:
    """Print what happens until a signal comes."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.dev")
    django.setup()
    targets = Story("supervision_targetevent", TARGET_EVENTS)
    tickets = Story("helpdesk_ticketevent", TICKET_EVENTS)
    while True:
        try:
            for line in lines(targets, tickets):
                print(line, flush=True)
        except Error:
            connection.close()  # the database restarts: look again, from the same place
        time.sleep(PAUSE_S)


if __name__ == "__main__":
    main()

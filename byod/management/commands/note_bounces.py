"""``./preau manage note_bounces``: read one message that came back, piped by the mail server."""

from __future__ import annotations

import sys
from typing import Any

from byod.actions.people.note_bounces import LONGEST, note_bounce
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = (
        "Read a delivery status notification (RFC 3464) on standard input: the letter to a family "
        "that it is about is shown as refused, and its link ends. Any other message marks nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many letters were marked; nothing of the message is repeated."""
        marked = note_bounce(sys.stdin.buffer.read(LONGEST))
        self.stdout.write(f"{marked} letter(s) marked as refused.")

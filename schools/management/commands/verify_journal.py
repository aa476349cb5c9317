"""Read the chain of the journal again, and say where it breaks."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from schools.chain import read_head, verify
from schools.commands import HouseCommand


class Command(HouseCommand):
    """``manage.py verify_journal``: exit code 1 and the first broken entry, or the head."""

    help = "Verify the chain of the journal; print its head, to be kept elsewhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to begin, and the head that an earlier run printed."""
        parser.add_argument(
            "--from", type=int, default=1, dest="first", metavar="N", help="first number to read"
        )
        parser.add_argument(
            "--head", default="", metavar="NUMBER:DIGEST", help="must still be in the chain"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Read, then tell. Raises CommandError (exit code 1) when the chain does not hold."""
        if options["first"] < 1:
            raise CommandError("Numbers begin with 1.")
        try:
            read_head(options["head"])
        except ValueError as error:
            raise CommandError(str(error)) from None
        verdict = verify(options["first"], head=options["head"])
        if verdict.broken:
            raise CommandError(f"The journal is BROKEN: {verdict.broken}.")
        head = verdict.head
        if head is None or verdict.head_at is None:
            self.stdout.write("Nothing to verify: no entry from there on.")
            return
        span = f"numbers {verdict.first} to {head.sequence}"
        self.stdout.write(f"The journal holds: {verdict.read} entries, {span}.")
        moment = f"{verdict.head_at:%Y-%m-%dT%H:%M:%SZ}"
        self.stdout.write(f"head {head.sequence}:{head.digest} {moment}")

"""``./preau manage rerun_ranking AP-2026-02``: make stored lists again, compare their hashes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from inventory.grants.actions.review.make_run import rerun
from inventory.grants.models.review.rankings import RankingRun
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Make the stored rankings of a call again from their inputs; 1 where one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("call", help="reference of the call, AP-2026-02")
        parser.add_argument("--run", type=int, help="number of one list; all of them without")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = RankingRun.objects.filter(call__reference=options["call"]).order_by("number")
        if options["run"] is not None:
            rows = rows.filter(number=options["run"])
        if not rows:
            raise CommandError(f"{options['call']} has no such list.")
        different = 0
        for row in rows:
            made = rerun(row)
            different += not made.same
            word = "same" if made.same else "DIFFERENT"
            self.stdout.write(
                f"{row.call.reference} list {row.number} ({row.kind}): {made.files} files, "
                f"stored {row.result_sha256}, made again {made.result_sha256}: {word}"
            )
        if different:
            raise CommandError(f"{different} of {len(rows)} lists differ from what was stored.")

"""Forget now what the retention settings no longer let us keep: ``manage.py run_retention``."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from byod.actions.privacy.retention import run_retention
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Apply the retention settings now, as every night."

    def handle(self, *args: Any, **options: Any) -> None:
        run = run_retention(timezone.now())
        if run is None:
            self.stdout.write("Another run is under way.")
            return
        for purpose, n in sorted(run.counts.items()):
            self.stdout.write(f"{purpose}: {n}")
        for part, error in run.failed.items():
            self.stderr.write(f"{part} failed: {error}")
        self.stdout.write(f"{run.total} rows forgotten.")

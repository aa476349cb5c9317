"""``manage.py generate_region``: a fictitious Region of any size, as files and in the database."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from deploy.lab.fiction.files import write_sources
from deploy.lab.fiction.load import RegionNotLoaded, load_files, load_region
from deploy.lab.fiction.region import make_region
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Make up a Region: source files (--out), or the whole of it imported (--load)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How large, which one, and where to."""
        parser.add_argument("--sites", type=int, default=3500)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, help="folder in which the source files are written")
        parser.add_argument("--load", action="store_true", help="import them into the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, write, load."""
        if not settings.DEMO_PASSWORDS:
            raise CommandError("Invented places do not belong where DEMO_PASSWORDS is off.")
        if not 10 <= options["sites"] <= 20_000:
            raise CommandError("--sites: between 10 and 20,000.")
        if not (options["out"] or options["load"]):
            raise CommandError("--out FOLDER, --load, or both.")
        began = time.monotonic()
        region = make_region(options["sites"], options["seed"])
        self.stdout.write(
            f"{len(region.sites)} sites of {len(region.schools)} schools under "
            f"{len(region.authorities)} POs in {len(region.towns)} towns, {region.pupils()} pupils"
        )
        files = write_sources(region, options["out"]) if options["out"] else []
        for file in files:
            self.stdout.write(f"  {file.kind:<12}{file.path}")
        if options["load"]:
            try:
                if files:
                    load_files(region, files, self.stdout.write, options["seed"])
                else:
                    load_region(region, self.stdout.write, options["seed"])
            except RegionNotLoaded as refused:
                raise CommandError(f"The sources were not taken: {refused}") from None
        self.stdout.write(f"{time.monotonic() - began:.1f} s")

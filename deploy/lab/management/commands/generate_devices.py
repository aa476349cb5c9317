"""``manage.py generate_devices``: fictitious equipment for the sites, through the import."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.utils import timezone

from deploy.lab.fiction.devices import device_rows, places, write_devices
from schools.actions.apply_import import apply_import
from schools.actions.confirm_import import confirm_import
from schools.actions.read_import import read_import
from schools.actions.start_import import start_import
from schools.commands import HouseCommand
from schools.models import ImportState


class Command(HouseCommand):
    help = "Make up equipment: a file (--out), or the whole of it imported (--load)."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """How many, which ones, and where to."""
        parser.add_argument("--devices", type=int, default=150_000)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--out", type=Path, help="CSV file that is written")
        parser.add_argument("--load", action="store_true", help="import it into the database")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make, write, load."""
        if not settings.DEMO_PASSWORDS:
            raise CommandError("Invented equipment does not belong where DEMO_PASSWORDS is off.")
        if not (options["out"] or options["load"]):
            raise CommandError("--out FILE, --load, or both.")
        sites = places()
        if not sites:
            raise CommandError("No site has a number: ./preau manage generate_region --load first.")
        with TemporaryDirectory(prefix="preau-devices-") as folder:
            path = options["out"] or Path(folder) / "materiel.csv"
            count = write_devices(path, device_rows(sites, options["devices"], options["seed"]))
            self.stdout.write(f"{count} devices at {len(sites)} sites")
            if options["load"]:
                self._load(path)

    def _load(self, path: Path) -> None:
        began = time.monotonic()
        made = {"create_products": True, "create_rooms": True}
        with path.open("rb") as file:
            run = start_import(None, "devices", file, path.name, timezone.localdate(), options=made)
        found = read_import(run.pk)
        if found is None or found.state != ImportState.PREVIEWED:
            raise CommandError(found.failure if found else "the run was taken by a worker")
        self.stdout.write(f"  previewed after {time.monotonic() - began:.1f} s")
        if found.counts["to_write"]:
            confirm_import(None, found.pk, found.fingerprint)
            found = apply_import(found.pk)
            if found is None or found.state != ImportState.APPLIED:
                raise CommandError(found.failure if found else "the run was taken by a worker")
        told = found.counts
        self.stdout.write(
            f"  {told['outcomes']}, {told['unchanged']} unchanged, {time.monotonic() - began:.1f} s"
        )

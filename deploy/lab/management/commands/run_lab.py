"""Run the simulated school network: real SNMP agents on loopback addresses."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError

from deploy.lab.cli.running import CommandLines
from deploy.lab.mibs import Rows
from deploy.lab.plan import LabError, RegionPlan
from deploy.lab.recorded import FOLDER, join, known_region, leave
from deploy.lab.region import REGION
from deploy.lab.running import Lab
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Run the simulated school network until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=settings.LAB_PORT, help="UDP port of the devices"
        )

        parser.add_argument(
            "--recorded",
            nargs="?",
            type=Path,
            const=FOLDER,
            metavar="FOLDER",
            help="recorded devices (*.snmprec) join; by default those beside the repository",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        traps_to = (settings.TRAP_ADDRESS, settings.TRAP_PORT)
        try:
            region, recordings = _with_recordings(options["recorded"])
            kept = settings.PREAU_HOME / "lab-configurations"
            lines = CommandLines(region, settings.LAB_CLI_PORT, kept)
            lab = Lab(region, options["port"], traps_to, recordings, lines)
            lab.run(lambda: self._announce(region, options["port"]))
        except LabError as problem:
            raise CommandError(str(problem)) from None
        except DatabaseError as problem:
            raise CommandError(f"No database to read the faults from: {problem}") from None

    def _announce(self, region: RegionPlan, port: int) -> None:
        first, last = region.devices[0], region.devices[-1]
        self.stdout.write(
            f"{len(region.devices)} devices answer, {first.address} to {last.address}, UDP port "
            f"{port}; traps go to {settings.TRAP_ADDRESS}:{settings.TRAP_PORT}"
        )
        self.stdout.flush()


def _with_recordings(folder: Path | None) -> tuple[RegionPlan, Mapping[str, Rows]]:
    """The Region of this run and what its recorded devices show. Raises LabError."""
    if folder is None:
        leave()
        return REGION, {}
    recordings = join(folder)
    return known_region(), recordings

"""Run the simulated school network: real SNMP agents on loopback addresses."""

from __future__ import annotations

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from deploy.lab.plan import LabError
from deploy.lab.region import REGION
from deploy.lab.running import Lab


class Command(BaseCommand):
    help = "Run the simulated school network until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=int, default=settings.LAB_PORT, help="UDP port of the devices"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        traps_to = (settings.TRAP_ADDRESS, settings.TRAP_PORT)
        try:
            Lab(REGION, options["port"], traps_to).run(lambda: self._announce(options["port"]))
        except LabError as problem:
            raise CommandError(str(problem)) from None
        except DatabaseError as problem:
            raise CommandError(f"No database to read the faults from: {problem}") from None

    def _announce(self, port: int) -> None:
        first, last = REGION.devices[0], REGION.devices[-1]
        self.stdout.write(
            f"{len(REGION.devices)} devices answer, {first.address} to {last.address}, UDP port "
            f"{port}; traps go to {settings.TRAP_ADDRESS}:{settings.TRAP_PORT}"
        )
        self.stdout.flush()

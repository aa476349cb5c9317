"""``./preau manage write_freeradius``: what the RADIUS server reads from the platform as files."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from byod.actions.network.server_files import write_devices, write_server, write_upstream
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = (
        "Write authorities and revocations of devices (RADIUS_CERTS/devices), the partners' realms "
        "(RADIUS_GENERATED/upstream.conf) and, when there is none, the server's certificate. Run "
        "it every quarter of an hour; FreeRADIUS reads revocations again by itself."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--certs", type=Path, required=True, help="RADIUS_CERTS")
        parser.add_argument("--generated", type=Path, required=True, help="RADIUS_GENERATED")
        parser.add_argument("--renew", action="store_true", help="a new server certificate")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them. Raises CommandError without the program ``openssl``."""
        now, certs = timezone.now(), options["certs"]
        certs.mkdir(parents=True, exist_ok=True)
        try:
            count = write_devices(certs / "devices", now)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise CommandError(f"openssl rehash: {error}") from error
        self.stdout.write(f"{count} authorities and lists of revocations")
        if options["renew"] or not (certs / "server.pem").exists():
            self.stdout.write(f"certificate of {write_server(certs, now)}: restart FreeRADIUS")
        partners = write_upstream(options["generated"])
        self.stdout.write(f"{partners} partners: restart FreeRADIUS where that changed")

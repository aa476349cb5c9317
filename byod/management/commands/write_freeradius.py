"""``./preau manage write_freeradius``: what the RADIUS server reads from the platform as files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from byod.actions.network.ask_server import FilesRefused
from byod.actions.network.keep_files import Folders, end_former, keep_files
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = (
        "Write authorities and revocations of devices (RADIUS_CERTS/devices), the partners' realms "
        "(RADIUS_GENERATED/upstream.conf) and the server's certificate, when there is none or it "
        "ends soon. With radius.env in the environment FreeRADIUS reads them (-XC) before they "
        "replace the former ones. preau-radius-files.timer runs it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--certs", type=Path, required=True, help="RADIUS_CERTS")
        parser.add_argument("--generated", type=Path, required=True, help="RADIUS_GENERATED")
        parser.add_argument("--renew", action="store_true", help="a new server certificate")
        parser.add_argument(
            "--restart", type=Path, metavar="PID", help="its pid file: end it when it is older"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write them. Raises CommandError where FreeRADIUS refuses them: nothing changed then."""
        folders = Folders(options["certs"], options["generated"])
        try:
            kept = keep_files(folders, os.environ, timezone.now(), renew=options["renew"])
        except FilesRefused as refused:
            raise CommandError(f"Refused; the former files stay in place.\n{refused}") from refused
        if not kept.changed:
            self.stdout.write("The files are what they should be.")
        for name in kept.changed:
            self.stdout.write(f"{name} written{', FreeRADIUS reads it' if kept.asked else ''}")
        if options["restart"] is not None and end_former(folders, options["restart"]):
            self.stdout.write("FreeRADIUS begins anew.")

"""``./preau manage check_freeradius``: refuse a RADIUS server whose files are unsafe."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from byod.actions.network.ask_server import FilesRefused, ask_freeradius, faults_of
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = (
        "Fail without Message-Authenticator, with default secrets, old TLS, no revocation list; "
        "then let FreeRADIUS itself read the files (-XC). Run it with radius.env in the "
        "environment, before every start."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--config", type=Path, help="folder; else RADIUS_CONFIG")
        parser.add_argument("--no-server", action="store_true", help="without freeradius -XC")

    def handle(self, *args: Any, **options: Any) -> None:
        """Tell every fault. Raises CommandError when there is one."""
        usual = settings.BASE_DIR / "deploy" / "ops" / "freeradius"
        folder = options["config"] or Path(os.environ.get("RADIUS_CONFIG") or usual)
        count, faults = faults_of(folder, os.environ)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults: the server is not safe to start.")
        self.stdout.write(f"{count} files are safe.")
        if not options["no_server"]:
            self._ask_server(folder)

    def _ask_server(self, folder: Path) -> None:
        try:
            asked = ask_freeradius(folder, os.environ)
        except FilesRefused as refused:
            raise CommandError(f"FreeRADIUS refuses its files:\n{refused}") from refused
        if asked:
            self.stdout.write("FreeRADIUS reads them.")
        else:
            self.stdout.write("FreeRADIUS is not on this machine: it was not asked.")

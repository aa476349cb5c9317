"""``./preau manage check_freeradius``: refuse a RADIUS server whose files are unsafe."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from byod.rules.network.linting import lint
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
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
        paths = [one for one in paths if "site-proxy" not in one.relative_to(folder).parts]
        generated = Path(os.environ.get("RADIUS_GENERATED", "")) / "upstream.conf"
        files = {str(one.relative_to(folder)): one.read_text() for one in paths}
        if os.environ.get("RADIUS_GENERATED") and generated.exists():
            files["upstream.conf"] = generated.read_text()
        files = {name: text for name, text in files.items() if not name.endswith(".sample")}
        faults = lint(files, os.environ)
        for fault in faults:
            self.stderr.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} faults: the server is not safe to start.")
        self.stdout.write(f"{len(files)} files are safe.")
        if not options["no_server"]:
            self._ask_server(folder)

    def _ask_server(self, folder: Path) -> None:
        program = shutil.which("freeradius", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if program is None:
            self.stdout.write("FreeRADIUS is not on this machine: it was not asked.")
            return
        words = [program, "-XC", "-d", str(folder), "-D", "/usr/share/freeradius"]
        done = subprocess.run(words, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            last = "\n".join((done.stdout + done.stderr).splitlines()[-8:])
            raise CommandError(f"FreeRADIUS refuses its files:\n{last}")
        self.stdout.write("FreeRADIUS reads them.")

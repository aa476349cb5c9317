"""``./preau manage make_equipment_certificate NAME``: a RadSec certificate for a site's client."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from byod.actions.network.equipment import make_equipment_certificate
from schools.commands import HouseCommand


class Command(HouseCommand):
    help = "Make a key and certificate with which a site's client (NAS or proxy) speaks RadSec."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as in the list of clients: moulin.radsec.preau.example")
        parser.add_argument("--into", type=Path, required=True, help="folder of equipment.key")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it. Raises CommandError for a name that is no host name."""
        name = options["name"]
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]{0,110}[a-z0-9])?", name):
            raise CommandError(f"{name}: small letters, figures, hyphens and dots.")
        path = make_equipment_certificate(name, options["into"], timezone.now())
        self.stdout.write(str(path))

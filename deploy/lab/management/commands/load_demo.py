"""Load the demo Region: schools, people, equipment, agreements. Twice changes nothing."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from deploy.lab.accounts import DEMO_ACCOUNTS
from deploy.lab.load.byod import load_byod
from deploy.lab.load.changes import load_changes
from deploy.lab.load.command_lines import load_command_lines
from deploy.lab.load.connections import load_connections
from deploy.lab.load.equipment import load_equipment
from deploy.lab.load.grants import load_grants
from deploy.lab.load.history import load_history
from deploy.lab.load.lan import load_lan
from deploy.lab.load.network import TAKEN_OVER, load_network
from deploy.lab.load.openings import load_openings
from deploy.lab.load.people import load_people
from deploy.lab.load.places import load_places
from deploy.lab.load.reports import load_reports
from deploy.lab.load.sharing import load_sharing
from deploy.lab.load.stock import load_stock
from deploy.lab.load.supervision import (
    CONFIRM_S,
    INTERNET_S,
    INTERVAL_S,
    RECOVER_S,
    load_supervision,
)
from deploy.lab.region import REGION
from inventory.actions.note_moves import note_moves
from inventory.models import Device
from schools.commands import HouseCommand
from schools.models import Site, supervised_sites


class Command(HouseCommand):
    help = "Load the demo Region (schools, people, equipment). A second run changes nothing."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--history",
            action="store_true",
            help="also make up the last 24 hours, so that graphs are not empty at first sight",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO_PASSWORDS:
            raise CommandError(
                "The demo has public passwords: it is not loaded where DEMO_PASSWORDS is off."
            )
        began = time.monotonic()
        with transaction.atomic():
            sites = load_places(REGION)
            load_people(DEMO_ACCOUNTS, sites)
            load_openings(sites, timezone.localdate())
            devices = load_network(REGION, sites)
            load_equipment(sites, timezone.now())
            load_supervision(REGION, devices)
            load_lan(REGION, sites, devices)
            load_command_lines(REGION, devices)
            load_changes(timezone.now())
            load_sharing(sites, timezone.localdate())
            load_stock(sites)
            load_connections([*sites.values()], timezone.localdate())
            load_grants(sites)
            load_byod(sites)
            _take_over(sites.values())
            if options["history"]:
                now = timezone.now()
                supervised = set(supervised_sites(now.date()).values_list("pk", flat=True))
                load_history(REGION, devices, supervised, now)
                load_reports(sites, now)
        if options["verbosity"]:
            self.stdout.write(
                f"{len(REGION.schools)} schools, {len(REGION.devices)} simulated devices, "
                f"{len(DEMO_ACCOUNTS)} people, {time.monotonic() - began:.1f} s. Devices are "
                f"polled every {INTERVAL_S} s; a fault counts after {CONFIRM_S} s (Internet "
                f"{INTERNET_S} s) and is over after {RECOVER_S} s of good answers."
            )


def _take_over(sites: Iterable[Site]) -> None:
    """A first move for what the loaders of panels and shared equipment added."""
    keys = Device.objects.filter(site__in=sites).values_list("pk", flat=True)
    note_moves(keys, None, "reprise de l’inventaire", timezone.now() - TAKEN_OVER)

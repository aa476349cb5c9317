"""Make faults in the simulated school network, list them, repair them."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import CommandError

from deploy.lab.actions import begin_fault, repair
from deploy.lab.models import Fault
from deploy.lab.plan import LabError
from deploy.lab.recorded import known_region
from deploy.lab.rules import LIMITS, FaultKind
from deploy.lab.store import FaultStore
from inventory.models import Device
from schools.commands import HouseCommand
from schools.models import Site

EXAMPLES = """
examples:
  lab list                       every device, its address and its faults
  lab unplug AP-B12              pull the plug of an access point
  lab uplink_cut moulin          cut the way of a site to the centre
  lab slow dumont/SW-2 --delay-ms 900
  lab power_cut moulin/OND-1 --seconds 30
  lab port_down SW-B1 --port 3
  lab repair AP-B12              and: lab repair moulin, lab repair all
"""


class Command(HouseCommand):
    help = "Make a fault in the simulated network, or repair it."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.formatter_class = argparse.RawDescriptionHelpFormatter
        parser.epilog = EXAMPLES
        parser.add_argument("action", choices=["list", "repair", *FaultKind])
        parser.add_argument("name", nargs="?", default="", help="device, site, or all")
        parser.add_argument("--port", default="", help="port of the device, for port_down")
        for name in LIMITS:
            parser.add_argument(f"--{name.replace('_', '-')}", type=float, dest=name)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._act(options)
        except LabError as problem:
            raise CommandError(str(problem)) from None

    def _act(self, options: dict[str, Any]) -> None:
        store = FaultStore(known_region())
        if options["action"] == "list":
            self._list(store)
        elif options["action"] == "repair":
            self._repair(store, options["name"])
        else:
            device, site = _target(store, options["name"])
            params = {name: options[name] for name in LIMITS if options[name] is not None}
            begun = begin_fault(
                None, options["action"], device=device, site=site, port=options["port"],
                params=params,
            )  # fmt: skip
            self.stdout.write(f"{begun.device or begun.site}: {begun.kind}")

    def _list(self, store: FaultStore) -> None:
        live = list(Fault.objects.live())
        for site in store.region.sites:
            struck = [f.kind for f in live if f.site_id == store.sites[site.slug].pk]
            self.stdout.write(f"{site.slug}  {site.municipality}  {' '.join(struck)}".rstrip())
            for plan in site.devices:
                device = store.devices[plan.ref]
                faults = " ".join(f.kind for f in live if f.device_id == device.pk)
                line = f"  {plan.ref:<24}{plan.address:<14}{plan.model.description:<28}{faults}"
                self.stdout.write(line.rstrip())

    def _repair(self, store: FaultStore, name: str) -> None:
        if not name:
            raise LabError("Repair what? A device, a site, or: lab repair all")
        device, site = (None, None) if name == "all" else _target(store, name)
        ended = repair(None, device=device, site=site)
        for fault in ended:
            self.stdout.write(f"{fault.device or fault.site}: {fault.kind} repaired")
        if not ended:
            self.stdout.write("Nothing to repair.")


def _target(store: FaultStore, name: str) -> tuple[Device | None, Site | None]:
    """A device or a site by its name. Raises LabError with the nearest names."""
    if not name:
        raise LabError("Name a device or a site. See them all: lab list")
    if name.lower() in store.sites:
        return None, store.sites[name.lower()]
    return store.devices[store.region.device(name).ref], None

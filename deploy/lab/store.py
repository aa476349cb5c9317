"""The faults as the simulated network needs them: rows of the database turned into facts."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
from django.db import connection
from django.utils import timezone

from deploy.lab.actions import CHANNEL, begin_fault, repair
from deploy.lab.models import Fault
from deploy.lab.plan import DevicePlan, LabError, RegionPlan
from deploy.lab.rules import FaultFact, FaultKind
from inventory.models import CliAccess, Device
from schools.models import Site
from supervision.models import Target

POWER_LOST = (FaultKind.UNPLUG, FaultKind.REBOOT, FaultKind.POWER_CUT)


class FaultStore:
    """Reads the faults in force and keeps what devices change by themselves."""

    def __init__(self, region: RegionPlan) -> None:
        """Raises LabError when the demo Region is not in the database."""
        self.region = region
        self.sites = registered_sites(region)
        slugs = {site.pk: slug for slug, site in self.sites.items()}
        self.devices = {
            f"{slugs[device.site_id]}/{device.name}": device
            for device in Device.objects.filter(site__in=slugs).select_related("site", "product")
        }
        self._slug_of = slugs
        self._ref_of = {device.pk: ref for ref, device in self.devices.items()}
        if not self.sites or any(plan.ref not in self.devices for plan in region.devices):
            raise LabError("The demo Region is not loaded. First: ./preau manage load_demo")

    def read(self) -> list[FaultFact]:
        """Faults in force; a reboot whose time has passed is ended on the way."""
        now = timezone.now().timestamp()
        facts = []
        for fault in Fault.objects.live().order_by("pk"):
            fact = self.fact(fault)
            if fact.over(now):
                repair(None, fault=fault)
            else:
                facts.append(fact)
        return facts

    def move_targets(self, port: int) -> None:
        """Have the platform ask where the devices really listen in this run."""
        ours = {device.pk for ref, device in self.devices.items() if ref in self.region.by_ref}
        addresses = [plan.address for plan in self.region.devices]
        moved = Target.objects.filter(device__in=ours, address__in=addresses)
        moved.exclude(port=port).update(port=port)

    def move_command_lines(self, port: int) -> None:
        """The same for their command lines."""
        ours = {device.pk for ref, device in self.devices.items() if ref in self.region.by_ref}
        addresses = [plan.address for plan in self.region.devices]
        moved = CliAccess.objects.filter(device__in=ours, address__in=addresses)
        moved.exclude(port=port).update(port=port)

    def switch_port(self, plan: DevicePlan, port: str, close: bool) -> None:
        """Keep that a SET closed or opened a port."""
        device = self.devices[plan.ref]
        if not close:
            repair(None, device=device, port=port)
        elif not Fault.objects.live().filter(device=device, port=port).exists():
            begin_fault(None, FaultKind.PORT_DOWN, device=device, port=port)

    def booted(self) -> dict[str, float]:
        """When devices last got power back, from the faults that ended."""
        found: dict[str, float] = {}
        ended = Fault.objects.filter(ended_at__isnull=False, kind__in=POWER_LOST)
        for fault in ended.order_by("ended_at"):
            assert fault.ended_at is not None
            for plan in self._restarted_by(self.fact(fault)):
                found[plan.ref] = fault.ended_at.timestamp()
        return found

    def _restarted_by(self, fact: FaultFact) -> list[DevicePlan]:
        if fact.site:
            return list(self.region.site(fact.site).devices)
        struck = self.region.by_ref.get(fact.device)
        if struck is None:
            return []
        if fact.kind == FaultKind.POWER_CUT:
            fed = [d for d in self.region.site(struck.site).devices if d.ups == struck.name]
            return [struck, *fed]
        if fact.kind == FaultKind.UNPLUG:
            below = self.region.below(struck)
            return [struck, *(d for d in below if d.model.category == "access_point")]
        return [struck]

    def fact(self, fault: Fault) -> FaultFact:
        """A row as the physics sees it."""
        return FaultFact(
            kind=FaultKind(fault.kind),
            device=self._ref_of.get(fault.device_id or 0, ""),
            site=self._slug_of.get(fault.site_id or 0, ""),
            port=fault.port,
            params=fault.params,
            began=fault.began_at.timestamp(),
        )


def registered_sites(region: RegionPlan) -> dict[str, Site]:
    """The plan's sites as the register knows them, by short name."""
    wanted = {(plan.school, plan.name): plan.slug for plan in region.sites}
    rows = Site.objects.filter(school__number__in=[number for number, _ in wanted])
    return {
        wanted[key]: site
        for site in rows.select_related("school")
        if (key := (site.school.number, site.name)) in wanted
    }


class Ear:
    """A connection that hears ``NOTIFY preau_lab``. psycopg.Error: PostgreSQL is gone."""

    def __init__(self) -> None:
        self.connection: psycopg.Connection[object] = connection.get_new_connection(
            connection.get_connection_params()
        )
        self.connection.autocommit = True
        self.connection.execute(f"LISTEN {CHANNEL}")
        self.number = self.connection.fileno()
        """For epoll; kept, because a lost connection no longer tells it."""

    def hear(self, then: Callable[[], None]) -> None:
        """Take in what was said; ``then`` is called once if there was anything."""
        if any(True for _ in self.connection.notifies(timeout=0)):
            then()

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

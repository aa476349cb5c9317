"""Devices of a school with a command line, and reading them once."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from inventory.actions.configuration.back_up import back_up
from inventory.actions.configuration.claim import claim_due
from inventory.actions.configuration.record import Reading, keep_reading
from inventory.cli.contract import Endpoint
from inventory.models import CliAccess, CliCredentialScope, CliCredentialSet, ConfigBackup, Device
from schools.models import Site
from tests.cast import make_device
from tests.inventory.configuration.devices import LOGIN

TEXT = """hostname SW-B1
snmp-server community ecole-lecture RO
vlan 10
 name gestion
"""


def make_set(name: str = "helpdesk", login: Any = LOGIN, region: bool = True) -> CliCredentialSet:
    row = CliCredentialSet(name=name)
    row.store(login)
    row.save()
    if region:
        CliCredentialScope.objects.create(credential_set=row, region=True)
    return row


def make_access(site: Site, name: str = "SW-B1", **extra: Any) -> CliAccess:
    """A switch with a command line at an address of its own."""
    device = extra.pop("device", None) or make_device(site, name)
    endpoint: Endpoint | None = extra.pop("endpoint", None)
    values = {"address": f"127.98.{device.pk // 250 % 250}.{1 + device.pk % 250}", "port": 22}
    if endpoint is not None:
        values = {"address": endpoint.host, "port": endpoint.port, "platform": endpoint.platform}
    return CliAccess.objects.create(device=device, **({"platform": "cisco_ios"} | values | extra))


def read_now() -> int:
    """What the clock does: claim what is due, read it."""
    return back_up(claim_due(timezone.now()))


def due(access: CliAccess) -> None:
    CliAccess.objects.filter(pk=access.pk).update(next_backup_at=timezone.now())


def again(access: CliAccess) -> int:
    due(access)
    return read_now()


def seen(access: CliAccess, text: str = TEXT, **extra: Any) -> ConfigBackup:
    """As if the device had just shown this."""
    found = keep_reading(access.pk, Reading(text, 900, "a2V5"), timezone.now(), **extra)
    assert found is not None
    return found


def versions(device: Device) -> list[ConfigBackup]:
    return list(ConfigBackup.objects.filter(device=device).order_by("at", "pk"))

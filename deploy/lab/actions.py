"""Make a fault, repair it. The lab page, the command and a SET all come through here."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from deploy.lab.models import Fault
from deploy.lab.plan import LabError
from deploy.lab.rules import ON_SITES, FaultKind, checked
from inventory.actions.configuration.ask import wake_backups
from inventory.models import Category, CliAccess, Device
from schools.actions.audit import record_action
from schools.live import announce
from schools.models import Site, User

CHANNEL = "preau_lab"
"""PostgreSQL channel on which the simulated devices hear that the faults changed."""

CAN_HAVE_PORTS_CLOSED = frozenset({Category.SWITCH.value, Category.ROUTER.value})


@transaction.atomic
def begin_fault(
    actor: User | None,
    kind: str,
    *,
    device: Device | None = None,
    site: Site | None = None,
    port: str = "",
    params: Mapping[str, float] | None = None,
) -> Fault:
    """Let a fault strike a device or a whole site.

    Raises LabError when this fault does not fit, or is in force there already.
    """
    fault_kind, values = checked(kind, params or {})
    if fault_kind == FaultKind.UPLINK_CUT and device is not None:
        site, device = device.site, None
    _require_fit(fault_kind, device, site, port)
    try:
        with transaction.atomic():
            fault = Fault.objects.create(
                kind=fault_kind, device=device, site=site, port=port, params=values
            )
    except IntegrityError:
        raise LabError(
            f"{device or site}: {fault_kind} is in force already. Repair first."
        ) from None
    _tell_platform(fault)
    record_action(
        actor, "begin_fault", fault, site=_site(fault), after={"kind": fault_kind, **values}
    )
    _announce(fault)
    return fault


@transaction.atomic
def repair(
    actor: User | None,
    *,
    device: Device | None = None,
    site: Site | None = None,
    fault: Fault | None = None,
    port: str = "",
) -> list[Fault]:
    """End faults: one, those of a device (of one port), of a site and all in it; else all."""
    live = (
        Fault.objects.live().select_related("device__site", "site").select_for_update(of=("self",))
    )
    if fault is not None:
        live = live.filter(pk=fault.pk)
    elif device is not None:
        live = live.filter(device=device)
    elif site is not None:
        live = live.filter(Q(site=site) | Q(device__site=site))
    if port:
        live = live.filter(port=port)
    ended = list(live.order_by("pk"))
    for one in ended:
        one.ended_at = timezone.now()
        one.save(update_fields=["ended_at"])
        _tell_platform(one)
        record_action(actor, "repair_fault", one, site=_site(one), before={"kind": one.kind})
        _announce(one)
    return ended


def _require_fit(kind: FaultKind, device: Device | None, site: Site | None, port: str) -> None:
    if site is not None and kind not in ON_SITES:
        raise LabError(f"{kind} strikes one device, not a whole site: name the device.")
    category = device.product.category if device else ""
    if kind == FaultKind.POWER_CUT and device is not None and category != Category.UPS:
        raise LabError(f"power_cut strikes an UPS or a whole site. For {device} alone: unplug.")
    if kind == FaultKind.BY_HAND and not (device and CliAccess.objects.filter(device=device)):
        raise LabError(f"{device} has no command line in the lab: name a switch.")
    if kind == FaultKind.PORT_DOWN:
        if category not in CAN_HAVE_PORTS_CLOSED:
            raise LabError("Only ports of switches and routers can be closed.")
        if device is None or not device.ports.filter(name=port).exists():
            raise LabError(f"{device} has no port “{port}”.")


def _tell_platform(fault: Fault) -> None:
    """A real switch says by a trap that its configuration changed: it is read a moment later."""
    if fault.kind == FaultKind.BY_HAND and fault.device_id:
        wake_backups([fault.device_id], timezone.now())


def _site(fault: Fault) -> Site | None:
    return fault.device.site if fault.device else fault.site


def _announce(fault: Fault) -> None:
    announce("lab", fault.pk, site=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])

"""Faults as supervision leaves them: the rows that the helpdesk pulls."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from inventory.models import Category, Device
from schools.models import Site
from supervision.models import Check, CheckState, Incident, IncidentState, Service, Severity, Target
from tests.cast import make_device, make_target

SERVICES = {
    Category.ROUTER: Service.INTERNET,
    Category.SWITCH: Service.LAN,
    Category.ACCESS_POINT: Service.WIFI,
    Category.PRINTER: Service.PRINTING,
}


def make_check(device: Device, key: str = "reachability") -> Check:
    """The check of a device, made with its target when it has none yet."""
    target = Target.objects.filter(device=device).first() or make_target(device)
    service = SERVICES.get(Category(device.product.category), Service.LAN)
    check, _made = Check.objects.get_or_create(
        target=target, key=key, defaults={"service": service, "state": CheckState.OK}
    )
    return check


def fail(
    device: Device,
    *,
    root: Incident | None = None,
    minutes: float = 10,
    key: str = "reachability",
    severity: str = Severity.DOWN,
) -> Incident:
    """An open incident on a device that began ``minutes`` ago; ``root``: a consequence of it."""
    check = make_check(device, key)
    now = timezone.now()
    began = now - dt.timedelta(minutes=minutes)
    check.state, check.severity = CheckState.CONFIRMED, severity
    check.failing_since = check.state_at = began
    check.save()
    return Incident.objects.create(
        check_row=check,
        device=device,
        site=device.site,
        service=check.service,
        severity=severity,
        state=IncidentState.OPEN,
        root=root,
        began_at=began,
        confirmed_at=min(began + dt.timedelta(minutes=5), now),
        raised_at=None if root else now,
    )


def mend(*incidents: Incident) -> None:
    """Close incidents now, as supervision does when the device answers again."""
    for incident in incidents:
        incident.state, incident.closed_at = IncidentState.CLOSED, timezone.now()
        incident.save()
        check = incident.check_row
        check.state, check.severity, check.failing_since = CheckState.OK, Severity.NONE, None
        check.save()


def fail_new(site: Site, name: str = "SW-B1", category: str = Category.SWITCH) -> Incident:
    """A new device of the site that has just failed."""
    return fail(make_device(site, name, category))

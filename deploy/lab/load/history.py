"""The day before the demo began, made up: so that graphs and strips say something at first sight.

Deterministic but for the hour it is loaded. Past faults become incidents and, through the
helpdesk's own pull, tickets; every made-up event and incident says that it is demo data.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.db import connection, transaction

from deploy.lab.load.supervision import CONFIRM_S, RECOVER_S
from deploy.lab.plan import DevicePlan, RegionPlan
from deploy.lab.traffic import activity
from helpdesk.actions.open_tickets import open_tickets
from inventory.models import Device
from supervision.models import (
    Check,
    CheckState,
    EventKind,
    Incident,
    IncidentState,
    Service,
    Severity,
    Target,
    TargetEvent,
)

HOURS = 24
STEP_S = 300
MARK = "donnée de démonstration"

SERVICES = {
    "router": Service.INTERNET,
    "access_point": Service.WIFI,
    "ups": Service.POWER,
    "printer": Service.PRINTING,
}
"""Service of a device's reachability, as the profiles of its family say; the others: LAN."""


@dataclass(frozen=True, slots=True)
class PastFault:
    """A fault of the last day: ``device`` (``site/NAME``) was silent, and all behind it."""

    device: str
    hours_ago: float
    seconds: int

    @property
    def counted(self) -> bool:
        """Whether it outlasted the agreed time."""
        return self.seconds >= CONFIRM_S


PAST: tuple[PastFault, ...] = (
    PastFault("dumont/SW-2", 21.4, 26 * 60),
    PastFault("remparts/AP-R2", 15.2, 9 * 60),
    PastFault("kastanienhof/RT-1", 6.0, 14 * 60),
    # what was over before it counted: the strip shows it, no ticket speaks of it
    PastFault("moulin/SW-B1", 5.1, 20),
    PastFault("bruyeres/AP-03", 4.4, 22),
    PastFault("moulin/AP-B14", 3.2, 18),
    PastFault("moulin/SW-B1", 2.6, 24),
)


@transaction.atomic
def load_history(
    region: RegionPlan, devices: Mapping[str, Device], supervised: set[int], now: dt.datetime
) -> bool:
    """Make up the last day of the ``supervised`` sites; False when there is a past already."""
    if TargetEvent.objects.exists() or Incident.objects.exists():
        return False
    plans = [plan for plan in region.devices if devices[plan.ref].site_id in supervised]
    by_device = {target.device_id: target for target in Target.objects.all()}
    targets = {plan.ref: by_device[devices[plan.ref].pk] for plan in plans}
    past = _Past(region, targets, now)
    checks = _checks(plans, targets, now)
    _write_samples(plans, targets, past, now)
    for fault in sorted(PAST, key=lambda f: -f.hours_ago):
        if fault.device in targets:
            _write_fault(fault, past, checks)
    return True


class _Past:
    """Who was silent when."""

    def __init__(self, region: RegionPlan, targets: Mapping[str, Target], now: dt.datetime) -> None:
        self.region, self.targets, self.now = region, targets, now
        self.silences: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {}
        for fault in PAST:
            for ref in self.struck(fault):
                self.silences.setdefault(ref, []).append(self.span(fault))

    def span(self, fault: PastFault) -> tuple[dt.datetime, dt.datetime]:
        """When a fault began and ended."""
        began = self.now - dt.timedelta(hours=fault.hours_ago)
        return began, began + dt.timedelta(seconds=fault.seconds)

    def struck(self, fault: PastFault) -> list[str]:
        """The device itself first, then all behind it."""
        device = self.region.by_ref[fault.device]
        return [device.ref, *(below.ref for below in self.region.below(device))]

    def is_silent(self, ref: str, at: dt.datetime) -> bool:
        return any(began <= at < ended for began, ended in self.silences.get(ref, ()))


def _checks(
    plans: list[DevicePlan], targets: Mapping[str, Target], now: dt.datetime
) -> dict[str, Check]:
    """A check of reachability per device, in service for a day."""
    since = now - dt.timedelta(hours=HOURS)
    Check.objects.bulk_create(
        [
            Check(
                target=targets[plan.ref],
                key="reachability",
                service=SERVICES.get(plan.model.category, Service.LAN),
                state=CheckState.OK,
                state_at=since,
                readings=20,
            )
            for plan in plans
        ],
        ignore_conflicts=True,
    )
    rows = Check.objects.filter(target__in=targets.values(), key="reachability").select_related(
        "target__device", "target__site"
    )
    refs = {target.pk: ref for ref, target in targets.items()}
    return {refs[check.target_id]: check for check in rows}


# --- readings ---------------------------------------------------------------------------------


def _write_samples(
    plans: list[DevicePlan], targets: Mapping[str, Target], past: _Past, now: dt.datetime
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT supervision_make_partitions((%s AT TIME ZONE 'UTC')::date - 1, 4)", [now]
        )
        columns = "(target_id, at, outcome, rtt_ms, metrics)"
        with cursor.copy(f"COPY supervision_sample {columns} FROM STDIN") as copy:
            for plan in plans:
                for row in _samples(plan, targets[plan.ref], past, now):
                    copy.write_row(row)


def _samples(
    plan: DevicePlan, target: Target, past: _Past, now: dt.datetime
) -> Iterator[tuple[object, ...]]:
    noise = random.Random(plan.seed)
    usual_ms = 1.5 + plan.seed % 50 / 10
    start = now - dt.timedelta(hours=HOURS)
    # each device at its own second, as real polls are spread over the interval
    offset = plan.seed % STEP_S
    for step in range(HOURS * 3600 // STEP_S):
        at = start + dt.timedelta(seconds=step * STEP_S + offset)
        if at >= now:
            break
        if past.is_silent(plan.ref, at):
            yield target.pk, at, "timeout", None, None
            continue
        busy = activity(at.timestamp())
        rtt = usual_ms * (1 + 0.5 * busy) * noise.uniform(0.8, 1.3)
        yield target.pk, at, "answered", round(rtt, 2), json.dumps(_metrics(plan, busy, noise))


def _metrics(plan: DevicePlan, busy: float, noise: random.Random) -> dict[str, float]:
    """The measures of a family, by the keys of its profile."""
    category, jitter = plan.model.category, noise.uniform(-1, 1)
    if category == "access_point":
        return {"clients": float(int(plan.clients * busy)), "air": round(8 + 35 * busy + jitter, 1)}
    if category == "switch":
        return {"temperature": round(30 + 5 * busy + jitter, 1)}
    if category == "router":
        return {"cpu": round(4 + 30 * busy + jitter, 1)}
    if category == "ups":
        return {"charge": 100.0, "load": round(24 + 8 * busy + jitter, 1), "temperature": 24.0}
    return {}


# --- faults -----------------------------------------------------------------------------------


def _write_fault(fault: PastFault, past: _Past, checks: Mapping[str, Check]) -> None:
    began, ended = past.span(fault)
    struck = [ref for ref in past.struck(fault) if ref in checks]
    for place, ref in enumerate(struck):
        above = past.region.by_ref[fault.device].name if place else ""
        _write_story(checks[ref], began, ended, counted=fault.counted, root=above)
    if not fault.counted:
        return
    confirmed = began + dt.timedelta(seconds=CONFIRM_S)
    closed = ended + dt.timedelta(seconds=RECOVER_S)
    root = _incident(checks[struck[0]], began, confirmed, None)
    effects = [_incident(checks[ref], began, confirmed, root) for ref in struck[1:]]
    open_tickets(confirmed + dt.timedelta(seconds=2))
    Incident.objects.filter(pk__in=[one.pk for one in (root, *effects)]).update(
        state=IncidentState.CLOSED, recovering_at=ended, closed_at=closed
    )
    open_tickets(closed + dt.timedelta(seconds=2))


def _incident(
    check: Check, began: dt.datetime, confirmed: dt.datetime, root: Incident | None
) -> Incident:
    return Incident.objects.create(
        check_row=check,
        device=check.target.device,
        site=check.target.site,
        service=check.service,
        severity=Severity.DOWN,
        state=IncidentState.OPEN,
        root=root,
        began_at=began,
        confirmed_at=confirmed,
        raised_at=None if root else confirmed,
        detail=MARK,
    )


def _write_story(
    check: Check, began: dt.datetime, ended: dt.datetime, *, counted: bool, root: str
) -> None:
    """The changes of state of one check; ``root``: the device that it followed, if any."""
    confirmed = began + dt.timedelta(seconds=CONFIRM_S)
    closed = ended + dt.timedelta(seconds=RECOVER_S)
    changes = [(began, "ok", "suspect")]
    if counted:
        changes.append((confirmed, "suspect", "confirmed"))
        changes.append((ended, "confirmed", "recovering"))
        changes.append((closed, "recovering", "ok"))
    else:
        changes.append((ended, "suspect", "ok"))
    events = [
        TargetEvent(
            target=check.target, at=at, kind=EventKind.STATE, check_row=check, old=old, new=new,
            severity="" if new == "ok" else Severity.DOWN, data={"demo": MARK},
        )
        for at, old, new in changes
    ]  # fmt: skip
    if counted and root:
        events.append(
            TargetEvent(
                target=check.target, at=confirmed, kind=EventKind.ATTACHED, check_row=check,
                data={"demo": MARK, "root_name": root},
            )
        )  # fmt: skip
    TargetEvent.objects.bulk_create(sorted(events, key=lambda event: event.at))
    Check.objects.filter(pk=check.pk).update(state_at=closed if counted else ended)

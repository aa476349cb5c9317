"""Panels of supervision on the page of a device, and what may be done from them.

``device_live`` and ``device_graph``: the last reading and its curve; ``device_ports``: the ports
as the device tells them; ``device_readings``: its story. Each stands alone when it is asked alone
(another page puts it where it likes), and gives only its inside to the panel of its own name.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from inventory.models import Device
from schools.models import User
from schools.rules import Refused
from supervision.access import can_poll_now, can_write
from supervision.actions.poll_now import poll_now
from supervision.actions.restart_port import PortFailed, restart_port
from supervision.models import Snapshot, Target, TargetEvent
from supervision.phrases import event_phrase, figure
from supervision.shown import device_states, response_times, upstream
from supervision.snmp.profile import label, profile_of
from supervision.tasks import poll_targets

EVENTS = 12


@dataclass(frozen=True)
class Value:
    """A measured value in words."""

    name: str
    text: str


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _device(request: HttpRequest, pk: int) -> Device:
    seen = Device.objects.visible_to(_user(request)).select_related("site__school", "product")
    return get_object_or_404(seen, pk=pk)


def _target(device: Device) -> Target | None:
    rows = Target.objects.select_related("device", "site__school", "credential_set")
    return rows.filter(device=device).first()


def _target_or_404(request: HttpRequest, pk: int) -> Target:
    seen = Target.objects.visible_to(_user(request))
    rows = seen.select_related("device", "site__school", "credential_set")
    return get_object_or_404(rows, device=pk)


def _panel(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The inside for the panel of that name, else a whole section."""
    inside = request.headers.get("HX-Target") == name.replace("_", "-")
    context["whole"] = not inside
    context["anchor"] = name.replace("_", "-")
    return render(request, f"supervision/_{name}.html", context)


def _url(device: Device) -> str:
    try:
        return reverse("inventory:device", args=[device.pk])
    except NoReverseMatch:
        return ""


@require_GET
@login_required
def device_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What the last reading said, and what stands above the device."""
    device = _device(request, pk)
    target = _target(device)
    snapshot = Snapshot.objects.filter(target=target).first() if target else None
    above = upstream(device)
    states = device_states([device.pk, *([above.pk] if above else [])])
    may = can_poll_now(_user(request), target, timezone.localdate()) if target else None
    context = {
        "device": device,
        "target": target,
        "shown": states.get(device.pk),
        "values": values_of(target, snapshot) if target and snapshot else [],
        "above": above,
        "above_url": _url(above) if above else "",
        "above_shown": states.get(above.pk) if above else None,
        "may_poll": bool(may),
    }
    return _panel(request, "device_live", context)


def values_of(target: Target, snapshot: Snapshot) -> list[Value]:
    """The snapshot's values by the names of the profile, in its order."""
    language = get_language() or "fr"
    found = []
    for metric in profile_of(target.profile).metrics:
        value = snapshot.values.get(metric.key)
        if value is None or value == "":
            continue
        number = isinstance(value, int | float) and not isinstance(value, bool)
        text = figure(float(value), metric.unit) if number else str(value)
        found.append(Value(label(metric.labels, language), text))
    return found


@require_GET
@login_required
def device_graph(request: HttpRequest, pk: int) -> HttpResponse:
    """Response time over 24 hours, with its cuts. ``?etroit``: for a column beside a ticket."""
    device = _device(request, pk)
    target, now = _target(device), timezone.now()
    known = {
        "device": device,
        "points": response_times(target.pk, now) if target else [],
        "now": now,
        "width": 396 if "etroit" in request.GET else 720,
    }
    return _panel(request, "device_graph", known)


@require_GET
@login_required
def device_ports(request: HttpRequest, pk: int) -> HttpResponse:
    """Ports as the device itself tells them (IF-MIB); a technician may restart one."""
    device = _device(request, pk)
    user, target = _user(request), _target(device)
    snapshot = Snapshot.objects.filter(target=target).first() if target else None
    ports = snapshot.ports if snapshot else []
    may = can_write(user, target, timezone.localdate()) if target else None
    context = {
        "device": device,
        "snapshot": snapshot,
        "ports": ports,
        "up": sum(1 for port in ports if port.get("oper") == "up"),
        "may_write": bool(may),
        "why_not": may.why if isinstance(may, Refused) and user.is_technician else "",
    }
    return _panel(request, "device_ports", context)


@require_GET
@login_required
def device_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """The device's story, newest first; ``?before=`` an event's key shows what came earlier.

    ``lines``: (event, icon, state, text, second line).
    """
    device = _device(request, pk)
    events = TargetEvent.objects.filter(target__device=device)
    before = request.GET.get("before", "")
    last = events.filter(pk=int(before)).first() if before.isdecimal() else None
    if last is not None:
        events = events.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(
        events.select_related("check_row", "target", "trap").order_by("-at", "-pk")[: EVENTS + 1]
    )
    context = {
        "device": device,
        "target": _target(device),
        "lines": [(event, *event_phrase(event)) for event in rows[:EVENTS]],
        "older": rows[EVENTS - 1].pk if len(rows) > EVENTS else None,
        "more": last is not None,
    }
    return _panel(request, "device_readings", context)


def _told(text: str) -> HttpResponse:
    """An answer that is a toast."""
    return HttpResponse(headers={"HX-Trigger": json.dumps({"toast": {"text": text}})})


@require_POST
@login_required
def device_poll(request: HttpRequest, pk: int) -> HttpResponse:
    """Read the device again now. 403 with the reason where that is not allowed."""
    target = _target_or_404(request, pk)
    woken = poll_now(_user(request), target, timezone.now())
    # Without retry: when the broker is away, the next tick finds the target due anyway.
    transaction.on_commit(
        lambda: poll_targets.apply_async((woken,), retry=False, expires=30), robust=True
    )
    return _told(_("Relevé demandé : %(name)s.") % {"name": target.device.name})


@require_POST
@login_required
def device_restart_port(request: HttpRequest, pk: int) -> HttpResponse:
    """Switch a port off and on. 403 with the reason; a refusal of the device is told."""
    target, port = _target_or_404(request, pk), request.POST.get("port", "")
    why = request.POST.get("why", "")[:500]
    try:
        restart_port(_user(request), target, port, timezone.now(), why=why)
    except PortFailed as failure:
        words = _("Le port %(port)s n’a pas redémarré : %(why)s")
        return _told(words % {"port": port, "why": failure})
    return _told(_("Port %(port)s redémarré.") % {"port": port})


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/direct/", device_live, name="device_live"),
    path("equipements/<int:pk>/courbe/", device_graph, name="device_graph"),
    path("equipements/<int:pk>/ports/", device_ports, name="device_ports"),
    path("equipements/<int:pk>/releves/", device_readings, name="device_readings"),
    path("equipements/<int:pk>/relire/", device_poll, name="device_poll"),
    path("equipements/<int:pk>/port/", device_restart_port, name="device_restart_port"),
]

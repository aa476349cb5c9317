"""Panels of supervision on the page of a device: live values, curve, observed ports, readings."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from inventory.models import Device
from schools.models import User
from supervision.models import Snapshot, Target, TargetEvent
from supervision.phrases import figure
from supervision.shown import device_states, event_phrase, response_times
from supervision.snmp.profile import label, profile_of

EVENTS = 12


@dataclass(frozen=True)
class Value:
    """A measured value in words."""

    name: str
    text: str


@dataclass(frozen=True)
class Reading:
    """One line of the device's story."""

    icon: str
    state: str
    text: str
    sub: str
    event: TargetEvent


def _device(request: HttpRequest, pk: int) -> Device:
    assert isinstance(request.user, User)
    return get_object_or_404(Device.objects.visible_to(request.user), pk=pk)


def _target(device: Device) -> Target | None:
    return Target.objects.filter(device=device).first()


@require_GET
@login_required
def device_live(request: HttpRequest, pk: int) -> HttpResponse:
    """What the last reading said."""
    device = _device(request, pk)
    target = _target(device)
    snapshot = Snapshot.objects.filter(target=target).first() if target else None
    context = {
        "device": device,
        "target": target,
        "snapshot": snapshot,
        "shown": device_states([device.pk]).get(device.pk),
        "values": values_of(target, snapshot) if target and snapshot else [],
    }
    return render(request, "supervision/_device_live.html", context)


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
    """Response time over 24 hours, with its cuts."""
    device = _device(request, pk)
    target, now = _target(device), timezone.now()
    points = response_times(target.pk, now) if target else []
    context = {"device": device, "target": target, "points": points, "now": now}
    return render(request, "supervision/_device_graph.html", context)


@require_GET
@login_required
def device_ports(request: HttpRequest, pk: int) -> HttpResponse:
    """Ports as the device itself tells them (IF-MIB)."""
    device = _device(request, pk)
    snapshot = Snapshot.objects.filter(target__device=device).first()
    ports = snapshot.ports if snapshot else []
    up = sum(1 for port in ports if port.get("oper") == "up")
    context = {"device": device, "snapshot": snapshot, "ports": ports, "up": up}
    return render(request, "supervision/_device_ports.html", context)


@require_GET
@login_required
def device_readings(request: HttpRequest, pk: int) -> HttpResponse:
    """What changed lately, newest first."""
    device = _device(request, pk)
    rows = (
        TargetEvent.objects.filter(target__device=device)
        .select_related("check_row", "target", "trap")
        .order_by("-at", "-pk")[:EVENTS]
    )
    readings = [Reading(*event_phrase(event), event) for event in rows]
    context = {"device": device, "readings": readings, "target": _target(device)}
    return render(request, "supervision/_device_readings.html", context)


urlpatterns: list[URLPattern] = [
    path("equipements/<int:pk>/direct/", device_live, name="device_live"),
    path("equipements/<int:pk>/courbe/", device_graph, name="device_graph"),
    path("equipements/<int:pk>/ports/", device_ports, name="device_ports"),
    path("equipements/<int:pk>/releves/", device_readings, name="device_readings"),
]

"""Panels of supervision on the page of a site: its network, its rooms, its devices.

Each is a fragment of its own, loaded by the page; a failure stays inside its panel.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from inventory.models import Category, Device, RoomCoverage
from inventory.network_shown import site_network_shown
from schools.floors import level
from schools.models import Room, Site, User
from supervision.models import Neighbour, Target
from supervision.shown import RANK, Shown, device_states, strips

NETWORK = (
    Category.ROUTER,
    Category.SWITCH,
    Category.ACCESS_POINT,
    Category.CONTROLLER,
    Category.UPS,
    Category.PRINTER,
    Category.SERVER,
    Category.NAS,
)
DARK = ("down", "effect")
ROWS = 12


@dataclass
class Floor:
    """One line of the grid of rooms: ``rooms`` are (room, state key or empty)."""

    name: str
    rooms: list[tuple[Room, str]] = field(default_factory=list)


def _site(request: HttpRequest, pk: int) -> Site:
    assert isinstance(request.user, User)
    return get_object_or_404(Site.objects.visible_to(request.user), pk=pk)


def _devices(site: Site) -> list[Device]:
    rows = Device.objects.installed().filter(site=site).select_related("product", "room")
    return list(rows.order_by("name"))


def _url(device: Device) -> str:
    try:
        return reverse("inventory:device", args=[device.pk])
    except NoReverseMatch:
        return ""


@require_GET
@login_required
def site_network(request: HttpRequest, pk: int) -> HttpResponse:
    """The network as a picture: who hangs behind whom, in what state."""
    site = _site(request, pk)
    devices = _devices(site)
    states = device_states(device.pk for device in devices)
    tones = {pk: shown.state for pk, shown in states.items()}
    heard = Neighbour.objects.filter(target__site=site).order_by("-last_seen_at").first()
    context = {
        "site": site,
        "nodes": site_network_shown(site, devices, tones).nodes,
        "page_url": reverse("inventory:site_network", args=[site.pk]),
        "heard_at": heard.last_seen_at if heard else None,
        "present": [s for s in RANK if any(x.state == s for x in states.values())],
    }
    return render(request, "supervision/_site_network.html", context)


@require_GET
@login_required
def site_rooms(request: HttpRequest, pk: int) -> HttpResponse:
    """Rooms that WiFi must reach, and whether it does now."""
    site = _site(request, pk)
    rooms = list(Room.objects.to_cover().filter(site=site))
    points: dict[int, list[int]] = defaultdict(list)
    covered = RoomCoverage.objects.filter(room__site=site)
    for room_pk, point in covered.values_list("room", "access_point"):
        points[room_pk].append(point)
    states = device_states({point for found in points.values() for point in found})
    floors: dict[str, Floor] = {}
    counts: Counter[str] = Counter()
    for room in rooms:
        state = room_state(points.get(room.pk, []), states)
        counts[state] += 1
        name = ", ".join(part for part in (room.building, room.floor) if part)
        floors.setdefault(name, Floor(name)).rooms.append((room, state))
    context = {
        "site": site,
        "floors": sorted(
            floors.values(), key=lambda f: (f.rooms[0][0].building, -level(f.rooms[0][0].floor))
        ),
        "total": len(rooms),
        "covered": counts["ok"] + counts["recover"] + counts["suspect"],
        "counts": [(state, counts[state]) for state in reversed(RANK) if counts[state]],
        "never": counts[""],
    }
    return render(request, "supervision/_site_rooms.html", context)


def room_state(points: Iterable[int], states: dict[int, Shown]) -> str:
    """The best that any access point offers the room; empty: none covers it."""
    found = {states[point].state if point in states else "unknown" for point in points}
    for better in ("ok", "degraded", "recover", "suspect", "unknown", "planned", "effect", "down"):
        if better in found:
            return "ok" if better == "degraded" else better
    return ""


@require_GET
@login_required
def site_devices(request: HttpRequest, pk: int) -> HttpResponse:
    """Network devices, those to look at first on top, with their last 24 hours."""
    site = _site(request, pk)
    devices = _devices(site)
    states = device_states(device.pk for device in devices)
    network = [d for d in devices if d.product.category in NETWORK or d.pk in states]
    network.sort(key=lambda d: (_rank(states.get(d.pk)), d.name))
    shown = network[:ROWS]
    targets = {t.device_id: t for t in Target.objects.filter(device__in=shown)}
    drawn = strips([t.pk for t in targets.values()], timezone.now())
    context = {
        "site": site,
        "rows": [_row(device, states, targets.get(device.pk), drawn) for device in shown],
        "watched": len(states),
        "others": len(devices) - len(states),
        "total": len(devices),
        "today": timezone.localdate(),
    }
    return render(request, "supervision/_site_devices.html", context)


def _rank(shown: Shown | None) -> int:
    return RANK[shown.state] if shown else RANK["unknown"]


def _row(
    device: Device,
    states: dict[int, Shown],
    target: Target | None,
    drawn: dict[int, list[str]],
) -> dict[str, Any]:
    shown = states.get(device.pk)
    return {
        "device": device,
        "url": _url(device),
        "state": shown.state if shown else "unknown",
        "words": shown.label if shown else "",
        "strip": drawn.get(target.pk) if target else None,
        "target": target,
        "silent": bool(shown and shown.state in DARK),
    }


urlpatterns: list[URLPattern] = [
    path("implantations/<int:pk>/reseau-en-bref/", site_network, name="site_network"),
    path("implantations/<int:pk>/locaux/", site_rooms, name="site_rooms"),
    path("implantations/<int:pk>/equipements/", site_devices, name="site_devices"),
]

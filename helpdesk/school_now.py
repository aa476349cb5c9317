"""What a school's page shows now: its faults in plain words, its services, what we ask of it.

Reads a constant number of queries, however many rooms, devices and tickets the site has.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.models import (
    CauseRole,
    Ticket,
    TicketCause,
    TicketEvent,
    TicketState,
    VisualCheck,
)
from helpdesk.models.tickets import TicketQuerySet
from helpdesk.plain_steps import Fact, Step, Story, steps
from helpdesk.plain_words import Fault, Part, extent, headline, last_known, still_working, wifi_of
from helpdesk.school_sight import Sight, asked_for, sight_of
from inventory.models import Category, Device, RoomCoverage
from schools.models import Room, RoomKind, Site, User
from supervision.models import Incident
from supervision.shown import device_states

DARK = frozenset({"down", "effect"})
"""States of an access point whose rooms have no WiFi."""
WHOLE_SCHOOL = 1_000_000
"""More than any number of rooms."""
SEEN_BY_TEACHERS = frozenset(
    {Category.PRINTER.value, Category.BOARD.value, Category.PROJECTOR.value}
)


@dataclass(frozen=True)
class Coverage:
    """Rooms that WiFi must reach and what covers them, at one site."""

    rooms: dict[int, Room]
    points: dict[int, tuple[int, ...]]
    """Room → its access points."""
    states: dict[int, str]
    """Device → the state it shows; unsupervised ones are absent."""

    @property
    def blind(self) -> bool:
        """Whether no access point tells us anything: what was dark before is not lit."""
        seen = {
            self.states.get(point, "unknown") for found in self.points.values() for point in found
        }
        return seen <= {"unknown", "planned"}

    def state(self, room: int) -> str:
        """The best that any of the room's access points offers; empty: no access point."""
        found = [self.states.get(point, "unknown") for point in self.points.get(room, ())]
        for better in (
            "ok",
            "degraded",
            "recover",
            "suspect",
            "unknown",
            "planned",
            "effect",
            "down",
        ):
            if better in found:
                return "ok" if better == "degraded" else better
        return ""

    def served(self, devices: Iterable[int]) -> set[int]:
        """Rooms that any of these access points covers."""
        wanted = set(devices)
        return {room for room, points in self.points.items() if wanted.intersection(points)}


@dataclass(frozen=True)
class FaultCard:
    """One fault of the page: the ticket that answers for it, in words, with its steps."""

    ticket: Ticket
    title: str
    extent: str
    works: str
    steps: list[Step]
    state: str
    """``down``, ``degraded`` or ``recover``: the card's colour."""
    reach: int = 0
    """Rooms touched; a fault of the whole school comes before any part of it."""


@dataclass
class SchoolNow:
    """The page “Mon école”."""

    site: Site
    sight: Sight
    """What we see of the school, and why not more."""
    cards: list[FaultCard] = field(default_factory=list)
    asks: list[VisualCheck] = field(default_factory=list)
    requests: list[Ticket] = field(default_factory=list)
    """Open reports of the school that no measured fault explains."""
    parts: list[Part] = field(default_factory=list)


def school_now(site: Site, user: User, now: dt.datetime) -> SchoolNow:
    """Read everything the page of ``site`` shows to ``user``."""
    devices = list(Device.objects.installed().filter(site=site).select_related("product", "room"))
    states = {pk: shown.state for pk, shown in device_states(d.pk for d in devices).items()}
    coverage = coverage_of(site, states)
    parts = services(devices, coverage)
    sight = sight_of(site, user, parts, timezone.localdate(now))
    if sight.blind:  # the last states known are no longer true, nor false
        parts = [replace(part, state="unknown") for part in parts]
    page = SchoolNow(site, sight, parts=parts)
    tickets = list(followed(user).filter(site=site, state__in=shown_states()))
    for ticket in tickets:
        page.asks += [c for c in ticket.visual_checks.all() if c.answered_at is None]
        fault = fault_of(ticket, coverage)
        if fault is None and ticket.state != TicketState.RESOLVED:
            page.requests.append(ticket)
        else:
            page.cards.append(_card(ticket, fault, page, user, now))
    if page.requests:
        page.sight = asked_for(sight)
    page.cards.sort(key=lambda c: (c.state == "recover", c.state != "down", -c.reach))
    return page


def shown_states() -> list[str]:
    """Tickets that still want something, of us or of the school."""
    return [*TicketState.live(), TicketState.RESOLVED]


def followed(user: User) -> TicketQuerySet:
    """Tickets as a school reads them: causes, public events and visual checks loaded."""
    causes = TicketCause.objects.select_related("incident__device__product").order_by("pk")
    return (
        Ticket.objects.visible_to(user)
        .select_related("site__school", "assignee", "room", "device", "opened_by")
        .prefetch_related(
            Prefetch("causes", causes),
            Prefetch("events", TicketEvent.objects.filter(internal=False)),
            Prefetch("visual_checks", VisualCheck.objects.select_related("device__room")),
        )
        .order_by("-opened_at", "-pk")
    )


def coverage_of(site: Site, states: dict[int, str] | None = None) -> Coverage:
    """Which rooms WiFi must reach, by which access points, and the states of these.

    ``states``: what is known already; None reads them.
    """
    points: dict[int, list[int]] = defaultdict(list)
    rows = RoomCoverage.objects.filter(room__site=site).order_by("pk")
    for room, point in rows.values_list("room", "access_point"):
        points[room].append(point)
    if states is None:
        shown = device_states({point for found in points.values() for point in found})
        states = {pk: one.state for pk, one in shown.items()}
    rooms = {room.pk: room for room in Room.objects.to_cover().filter(site=site)}
    return Coverage(rooms, {r: tuple(p) for r, p in points.items() if r in rooms}, states)


def fault_of(ticket: Ticket, coverage: Coverage) -> Fault | None:
    """The measured fault behind a ticket, as a teacher meets it; None for a mere report."""
    causes = list(ticket.causes.all())
    root = leading(causes)
    if root is None:
        return None
    device = root.device
    category = device.product.category
    if category == Category.ROUTER and root.severity == "down":
        return Fault("internet", "down", root.began_at, whole_site=True)
    served = _served(ticket, causes, root, coverage)
    rooms = [coverage.rooms[room] for room in sorted(served)]
    names = {room.building for room in rooms}
    building = names.pop() if len(names) == 1 else ""
    covered = set(coverage.points)
    in_building = {room for room in covered if coverage.rooms[room].building == building}
    if not rooms and device.room:
        building = device.room.building
    return Fault(
        root.service,
        root.severity,
        root.began_at,
        rooms=tuple(sorted(room.name for room in rooms)),
        classes=sum(room.kind == RoomKind.CLASSROOM for room in rooms),
        building=building,
        whole_building=bool(building) and bool(rooms) and in_building == served,
        whole_site=bool(served) and served == covered and not building,
        device=device.name if category in SEEN_BY_TEACHERS else "",
    )


def leading(causes: Sequence[TicketCause]) -> Incident | None:
    """The incident that a ticket is about now: its root cause, or what outlives it.

    A switch that fell behind a dead router may stay dead when the router is back.
    """
    root = next((c.incident for c in causes if c.role == CauseRole.ROOT), None)
    live = [c.incident for c in causes if c.recovered_at is None]
    if root in live or not live:
        return root
    return next((incident for incident in live if incident.root_id is None), live[0])


def _served(
    ticket: Ticket, causes: Sequence[TicketCause], root: Incident, coverage: Coverage
) -> set[int]:
    """Rooms whose WiFi the fault takes. While it lasts, a room that a second access point still
    serves has lost nothing."""
    if root.severity != "down":
        return coverage.served([root.device_id])
    served = coverage.served(c.incident.device_id for c in causes)
    if ticket.state in TicketState.live() and not coverage.blind:
        return {room for room in served if coverage.state(room) in DARK}
    return served


def title_for_school(ticket: Ticket, fault: Fault | None) -> str:
    """What the school reads as the name of a ticket: a measured fault in plain words, else the
    words of whoever reported it."""
    if fault is None or ticket.opened_by_id is not None:
        return ticket.title
    return headline(fault)


def story_of(ticket: Ticket, user: User, fault: Fault | None) -> Story:
    """A ticket's public events as plain facts."""
    checks = list(ticket.visual_checks.all())
    keys = [question.get("key", "") for check in checks for question in check.questions]
    return Story(
        state=ticket.state,
        facts=tuple(
            Fact(event.kind, event.at, event.actor_text, event.actor_id == user.pk)
            for event in ticket.events.all()
        ),
        assignee=ticket.assignee.full_name if ticket.assignee else "",
        due_at=ticket.due_at if ticket.paused_at is None else None,
        asked=any(check.answered_at is None for check in checks),
        lamps=any("lamp" in key for key in keys),
        partly=any(c.recovered_at is None for c in ticket.causes.all()),
        wifi=fault is not None and (bool(fault.rooms) or fault.service == "wifi"),
    )


def _card(
    ticket: Ticket, fault: Fault | None, page: SchoolNow, user: User, now: dt.datetime
) -> FaultCard:
    causes = ticket.causes.all()
    back = ticket.state == TicketState.RESOLVED or all(cause.recovered_at for cause in causes)
    told = last_known if page.sight.blind else extent
    state = "recover" if back else (fault.severity if fault else "degraded")
    return FaultCard(
        ticket=ticket,
        title=title_for_school(ticket, fault),
        extent="" if back or fault is None else told(fault, now),
        works="" if back else still_working(page.parts),
        steps=steps(story_of(ticket, user, fault), now),
        state=state,
        reach=_reach(fault) if fault else 0,
    )


def _reach(fault: Fault) -> int:
    return WHOLE_SCHOOL if fault.whole_site else len(fault.rooms)


def services(devices: Sequence[Device], coverage: Coverage) -> list[Part]:
    """What a teacher relies on, with its state: Internet, WiFi per building, printers."""
    found = []
    routers = [d.pk for d in devices if d.product.category == Category.ROUTER]
    if routers:
        found.append(Part("internet", _("Internet"), _worst(routers, coverage.states), "world"))
    found += _wifi(coverage)
    found += [
        Part(f"printer:{d.pk}", _("Imprimante %(name)s") % {"name": d.name}, state, "printer")
        for d in devices
        if d.product.category == Category.PRINTER
        and (state := _worst([d.pk], coverage.states)) != "unknown"
    ]
    return found


def _wifi(coverage: Coverage) -> list[Part]:
    """One line per building: in service, partly dark, or dark."""
    by_building: dict[str, list[str]] = defaultdict(list)
    for room in coverage.points:
        by_building[coverage.rooms[room].building].append(coverage.state(room))
    parts = []
    for building, states in sorted(by_building.items()):
        state = _of_building(states)
        icon = "wifi-off" if state == "down" else "wifi"
        parts.append(Part(f"wifi:{building}", wifi_of(building), state, icon))
    return parts


def _of_building(states: Sequence[str]) -> str:
    dark = sum(state in DARK for state in states)
    if dark == len(states):
        return "down"
    if dark:
        return "degraded"
    return next((s for s in ("suspect", "recover", "unknown", "planned") if s in states), "ok")


def _worst(devices: Iterable[int], states: dict[int, str]) -> str:
    """The worst state of these devices; a consequence is a fault to a teacher."""
    found = ["down" if (s := states.get(d, "unknown")) == "effect" else s for d in devices]
    order = ("down", "degraded", "suspect", "recover", "unknown", "planned", "ok")
    return min(found, key=order.index, default="unknown")

"""What is known about the cause of a ticket: the device, what stands above it, what it masks."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from helpdesk.models import CauseRole, Ticket, TicketCause, TicketState, VisualCheck
from helpdesk.reach import Touched, touched_by
from helpdesk.rows import leads, masked_by, tone_of
from helpdesk.rules import Evidence, next_step
from helpdesk.wording import device_kind, what_fails
from inventory.cabling import cables_of
from inventory.models import Device, Link, Port
from schools.models import Consent, ConsentKind, Role, RoleKind, User
from supervision.models import Incident, IncidentState, Neighbour, Target
from supervision.shown import Shown, device_states, upstream


@dataclass(frozen=True, slots=True)
class Root:
    """One root cause, as the panel tells it."""

    incident: Incident
    tone: str
    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class Group:
    """Masked devices of one category: ``Borne WiFi``, the names of those still masked (of all of
    them once none is), how many have recovered."""

    kind: str
    names: list[str]
    ended: int


@dataclass(slots=True)
class Above:
    """What feeds the device: the device above, its state, and its port towards ours."""

    device: Device
    shown: Shown | None
    port: str = ""
    port_row: Port | None = None
    heard_at: dt.datetime | None = None
    """When LLDP last said so; None: only the register knows the link."""
    local_port: str = ""


@dataclass(slots=True)
class Known:
    """Everything the right side of a ticket shows."""

    roots: list[Root] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    masked: int = 0
    touched: Touched | None = None
    device: Device | None = None
    target: Target | None = None
    shown: Shown | None = None
    above: Above | None = None
    check: VisualCheck | None = None
    step: str = ""
    recovered: bool = False
    consent_on: dt.date | None = None
    contact: User | None = None


def known_about(ticket: Ticket) -> Known:
    """Read it all, in a constant number of queries."""
    causes = list(
        ticket.causes.select_related(
            "incident__device__product",
            "incident__device__room",
            "incident__check_row__target",
            "incident__root",
        ).order_by("linked_at", "pk")
    )
    known = Known(roots=_roots(causes), contact=_contact(ticket), consent_on=_consent(ticket))
    known.masked, known.groups = _masked(causes)
    live = [c for c in causes if c.incident.state != IncidentState.CLOSED]
    known.recovered = bool(causes) and not live
    lasting = [root.incident.pk for root in known.roots if root.incident.closed_at is None]
    if lasting:
        known.touched = touched_by(lasting[:1]).get(lasting[0])
    known.device = known.roots[0].incident.device if known.roots else ticket.device
    if known.device is not None:
        known.target = Target.objects.filter(device=known.device).first()
        known.above = _above(known.device)
        pks = [known.device.pk] + ([known.above.device.pk] if known.above else [])
        states = device_states(pks)
        known.shown = states.get(known.device.pk)
        if known.above:
            known.above.shown = states.get(known.above.device.pk)
    known.check = ticket.visual_checks.order_by("asked_at").last()
    known.step = next_step(_evidence(ticket, known))
    return known


def _roots(causes: list[TicketCause]) -> list[Root]:
    """What the ticket is about, what is still broken first."""
    return [
        Root(i, tone_of(i), device_kind(i.device.product.category), what_fails(i))
        for i in leads(causes)
    ]


def _masked(causes: list[TicketCause]) -> tuple[int, list[Group]]:
    """Consequences by kind of device: those that last, and how many have recovered; a kind of
    which none lasts only once none of any lasts."""
    masked = masked_by(causes)
    names: dict[str, set[str]] = defaultdict(set)
    ended: dict[str, set[str]] = defaultdict(set)
    for cause in causes:
        device = cause.incident.device
        if cause.role == CauseRole.EFFECT:
            kind = device_kind(device.product.category)
            over = device.pk not in masked or masked[device.pk].closed_at is not None
            (ended if over else names)[kind].add(device.name)
    return len(masked), [
        Group(kind, sorted((names or ended)[kind]), len(ended[kind]))
        for kind in sorted(names or ended)
    ]


def _above(device: Device) -> Above | None:
    parent = upstream(device)
    if parent is None:
        return None
    above = Above(parent, None)
    pair = {device.pk, parent.pk}
    links = Link.objects.filter(
        Q(port_a__device=device, port_b__device=parent)
        | Q(port_a__device=parent, port_b__device=device)
    ).select_related("port_a", "port_b")
    link = links.first()
    if link is not None:
        upper, lower = link.port_a, link.port_b
        if upper.device_id != parent.pk:
            upper, lower = lower, upper
        above.port, above.port_row, above.local_port = upper.name, upper, lower.name
    else:
        _through_panels(device, above)
    heard = (
        Neighbour.objects.filter(target__device__in=pair, device__in=pair)
        .select_related("target")
        .order_by("-last_seen_at")
        .first()
    )
    if heard is not None:
        above.heard_at = heard.last_seen_at
        if not above.port:
            down = heard.target.device_id == parent.pk
            above.port = heard.local_port if down else heard.remote_port
            above.port_row = Port.objects.filter(device=parent, name=above.port).first()
    return above


def _through_panels(device: Device, above: Above) -> None:
    """The ports of the two where patch panels stand between."""
    for cable in cables_of([device.site_id]):
        if {cable.a.device, cable.b.device} == {device.pk, above.device.pk}:
            lower_first = cable.a.device == device.pk
            upper, lower = (cable.b, cable.a) if lower_first else (cable.a, cable.b)
            above.port, above.local_port = upper.name, lower.name
            above.port_row = Port.objects.filter(pk=upper.port).first()
            return


def _contact(ticket: Ticket) -> User | None:
    """The school's contact person today: of the site first, else of the school, else its head."""
    site = ticket.site
    roles = (
        Role.objects.live(timezone.localdate())
        .filter(Q(site=site) | Q(school=site.school_id))
        .filter(kind__in=[RoleKind.CONTACT, RoleKind.HEAD], user__is_active=True)
        .select_related("user")
    )
    best = min(
        roles, key=lambda r: (r.kind != RoleKind.CONTACT, r.site_id is None, r.pk), default=None
    )
    return best.user if best else None


def _consent(ticket: Ticket) -> dt.date | None:
    """Since when the PO accepts central assistance."""
    return (
        Consent.objects.live(timezone.localdate())
        .filter(kind=ConsentKind.ASSISTANCE, authority=ticket.site.school.authority_id)
        .values_list("given_on", flat=True)
        .first()
    )


def _evidence(ticket: Ticket, known: Known) -> Evidence:
    answers = known.check.answers if known.check and known.check.answered_at else {}
    above = known.above
    return Evidence(
        live=ticket.state in TicketState.live(),
        recovered=known.recovered,
        waiting=ticket.state == TicketState.WAITING,
        measured=bool(known.roots),
        parent_up=bool(above and above.shown and above.shown.state == "ok"),
        port_known=bool(above and above.port_row),
        central=not ticket.site.is_decentralised,
        lamps=str(answers.get("lamps", "")),
        plug=str(answers.get("plug", "")),
    )

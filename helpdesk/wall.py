"""What the wall shows: the worst first, one line per root cause, within what the person sees.

Every figure is read set-based; nothing is loaded per site or per device of the Region.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Sum

from helpdesk.listing import counts_of
from helpdesk.models import Ticket, TicketCause
from helpdesk.reach import Touched, pupils_of, touched_by
from helpdesk.rules import is_major
from helpdesk.service import service
from helpdesk.trends import trends_for
from helpdesk.wording import device_kind, short_fault, what_fails
from schools.models import Headcount, Province, Room, Site, User
from schools.models.scope import scope_of, sites_q
from supervision.models import Check, CheckState, Incident, Target, TargetEvent
from supervision.phrases import event_phrase
from supervision.strips import site_strips

PER_PROVINCE = 12
"""Lines of a province on one screen; the list of incidents has them all."""
JOURNAL = 8
DOTS = 600
RANK = {key: n for n, key in enumerate(("down", "degraded", "suspect", "effect", "recover"))}


@dataclass(slots=True)
class Line:
    """One root cause (or one fault yet to confirm) of the wall."""

    ident: str
    key: str
    site: Site
    sites: int
    cause: str
    sub: str
    since: dt.datetime
    pupils: int = 0
    incident: Incident | None = None
    ticket: Ticket | None = None
    cells: list[str] = field(default_factory=list)

    def weight(self, now: dt.datetime) -> tuple[int, float]:
        """Worst state first, then the longest for the most pupils."""
        return RANK[self.key], -(now - self.since).total_seconds() * max(self.pupils, 1)


@dataclass(slots=True)
class Group:
    """A province: how many sites it has, how many are in which state, its lines."""

    code: str
    name: str
    total: int
    counts: dict[str, int]
    lines: list[Line]
    more: int
    trend: list[int]

    @property
    def troubled(self) -> int:
        """Sites in any trouble."""
        return sum(n for key, n in self.counts.items() if key != "ok")

    @property
    def shown(self) -> list[tuple[str, int]]:
        """Counts by state, the worst first, without those that are well."""
        return [(key, self.counts[key]) for key in RANK if self.counts.get(key)]


@dataclass(frozen=True, slots=True)
class Spot:
    """A site on the map (the attributes of the interface's map points)."""

    state: str
    lon: float | None
    lat: float | None
    province: str
    label: str
    url: str = ""
    count: int = 1


@dataclass(slots=True)
class Wall:
    """Everything on the wall."""

    groups: list[Group]
    major: Line | None
    counters: dict[str, Any]
    trends: dict[str, list[int]]
    spots: list[Spot]
    journal: list[dict[str, Any]]
    read_at: dt.datetime | None
    devices: int

    @property
    def reachable(self) -> list[int]:
        """Devices that answered, over the last 24 hours."""
        return [self.devices - silent for silent in self.trends["silent"]]


def wall_for(user: User, now: dt.datetime, effects: bool = False) -> Wall:
    """Read the wall of a person."""
    here = sites_q(scope_of(user), "site")
    roots = list(_incidents(Incident.objects.raised().filter(here)))
    touched = touched_by([i.pk for i in roots])
    lines = [_root_line(i, touched[i.pk], n) for i, n in zip(roots, _rooms(roots), strict=True)]
    if effects:
        attached = Incident.objects.live().attached().filter(here)
        lines += [_effect_line(i) for i in _incidents(attached)[: PER_PROVINCE * 5]]
    lines += _suspects(user, {i.check_row_id for i in roots})
    _add_tickets(lines)
    states = _site_states(lines, touched)
    groups = _groups(user, lines, states, now)
    shown = [line for group in groups for line in group.lines]
    cells = site_strips({line.site.pk for line in shown}, now)
    for line in shown:
        line.cells = cells.get(line.site.pk, [])
    trends = trends_for(user, now)
    counters = _counters(user, now, lines, states, touched)
    trends["down"][-1], trends["degraded"][-1] = counters["down"], counters["degraded"]
    for group in groups:
        group.trend = trends.get(f"province:{group.code}", [])
    seen = Target.objects.visible_to(user).filter(paused=False)
    return Wall(
        groups=groups,
        major=_major(lines, touched),
        counters=counters,
        trends=trends,
        spots=_spots(user, states),
        journal=_journal(user),
        read_at=seen.aggregate(at=Max("last_poll_at"))["at"],
        devices=counters["devices"],
    )


def _incidents(found: Any) -> Any:
    return found.select_related(
        "device__product", "check_row__target", "site__school", "root__device"
    ).order_by("began_at", "pk")


def _rooms(roots: list[Incident]) -> list[int]:
    """Rooms to cover at the site of each root."""
    rows = Room.objects.to_cover().filter(site__in={i.site_id for i in roots}).order_by()
    totals = dict(rows.values_list("site").annotate(n=Count("pk")))
    return [totals.get(i.site_id, 0) for i in roots]


def _root_line(incident: Incident, touched: Touched, rooms: int) -> Line:
    """A root cause. A site is down when it has lost everything or half its rooms, else degraded."""
    reach = touched.reach
    half = bool(rooms) and reach.rooms * 2 >= rooms
    down = incident.severity == "down" and (reach.whole_site or half or reach.sites > 1)
    alone = reach.devices - 1
    local = incident.site.is_decentralised
    sub = "local" if local else f"effects:{alone}:{reach.rooms}"
    kind = device_kind(incident.device.product.category)
    return Line(
        ident=f"i{incident.pk}",
        key="down" if down else "degraded",
        site=incident.site,
        sites=reach.sites,
        cause=f"{kind} {short_fault(incident)}",
        sub=sub,
        since=incident.began_at,
        pupils=reach.pupils,
        incident=incident,
    )


def _effect_line(incident: Incident) -> Line:
    root = incident.root.device.name if incident.root else ""
    return Line(
        ident=f"i{incident.pk}",
        key="effect",
        site=incident.site,
        sites=1,
        cause=short_fault(incident),
        sub=f"of:{root}",
        since=incident.began_at,
        incident=incident,
    )


def _suspects(user: User, known: set[int]) -> list[Line]:
    """Checks that fail but have not lasted the agreed time."""
    rows = (
        Check.objects.visible_to(user)
        .filter(state=CheckState.SUSPECT)
        .exclude(pk__in=known)
        .select_related("target__device__product", "target__site__school")
        .order_by("failing_since")[: PER_PROVINCE * 5]
    )
    found = []
    for check in rows:
        device = check.target.device
        pretended = Incident(check_row=check, device=device, severity=check.severity or "down")
        assert check.failing_since is not None
        found.append(
            Line(
                ident=f"c{check.pk}",
                key="suspect",
                site=check.target.site,
                sites=1,
                cause=f"{device_kind(device.product.category)} {device.name}",
                sub=f"suspect:{what_fails(pretended)}",
                since=check.failing_since,
            )
        )
    return found


def _add_tickets(lines: Iterable[Line]) -> None:
    """Who follows each cause: one query."""
    by_incident = {line.incident.pk: line for line in lines if line.incident is not None}
    causes = TicketCause.objects.filter(incident__in=by_incident).select_related("ticket__assignee")
    for cause in causes:
        by_incident[cause.incident_id].ticket = cause.ticket


def _site_states(lines: list[Line], touched: dict[int, Touched]) -> dict[int, str]:
    """The worst state of each troubled site."""
    found: dict[int, str] = {}
    for line in lines:
        where = {line.site.pk}
        if line.incident is not None and line.incident.pk in touched:
            where |= touched[line.incident.pk].sites
        for site in where:
            if RANK[line.key] < RANK.get(found.get(site, ""), 99):
                found[site] = line.key
    return found


def _groups(user: User, lines: list[Line], states: dict[int, str], now: dt.datetime) -> list[Group]:
    """Provinces, the most troubled first; their lines, the worst first."""
    sites = Site.objects.visible_to(user).open().order_by()
    totals: dict[str, int] = dict(sites.values_list("province").annotate(n=Count("pk")))
    places = dict(Site.objects.filter(pk__in=states).values_list("pk", "province"))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for site, key in states.items():
        counts[places[site]][key] += 1
    by_province: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_province[line.site.province].append(line)
    found = []
    for code, total in totals.items():
        mine = sorted(by_province[code], key=lambda line: line.weight(now))
        bad = dict(counts[code])
        bad["ok"] = max(0, total - sum(bad.values()))
        name = str(Province(code).label)
        found.append(
            Group(code, name, total, bad, mine[:PER_PROVINCE], len(mine[PER_PROVINCE:]), [])
        )
    found.sort(key=lambda g: (-g.counts.get("down", 0), -g.troubled, g.name))
    return found


def _counters(
    user: User,
    now: dt.datetime,
    lines: list[Line],
    states: dict[int, str],
    touched: dict[int, Touched],
) -> dict[str, Any]:
    by_state = Counter(states.values())
    supervised = Check.objects.visible_to(user).filter(
        key="reachability", target__paused=False, target__parked=False
    )
    answers = supervised.aggregate(
        all=Count("pk"), silent=Count("pk", filter=Q(state=CheckState.CONFIRMED))
    )
    offline = {s for t in touched.values() for s in t.whole_sites}
    pupils = sum(pupils_of(offline).values())
    everybody = _pupils_in(user)
    tickets = counts_of(user, now)
    total = answers["all"]
    return {
        "down": by_state["down"],
        "degraded": by_state["degraded"],
        "suspect": len({line.site.pk for line in lines if line.key == "suspect"}),
        "devices": total,
        "reachable": total - answers["silent"],
        "reachable_share": 100 * (total - answers["silent"]) / total if total else None,
        "pupils": pupils,
        "pupils_share": 100 * pupils / everybody if everybody else None,
        "tickets": tickets["all"],
        "late": tickets["hors-delai"],
        "untaken": tickets["a-prendre"],
    }


def _pupils_in(user: User) -> int:
    """All pupils of the person's part of the Region, at the latest count."""
    here = Headcount.objects.filter(sites_q(scope_of(user), "site"))
    rows = dict(here.order_by().values_list("year").annotate(n=Count("pk")))
    if not rows:
        return 0
    return here.filter(year=max(rows)).aggregate(n=Sum("pupils"))["n"] or 0


def _major(lines: list[Line], touched: dict[int, Touched]) -> Line | None:
    """The root cause that deserves the banner, the one that touches most pupils."""
    figures = service()
    found = [
        line
        for line in lines
        if line.incident is not None
        and line.incident.pk in touched
        and line.incident.severity == "down"
        and is_major(
            touched[line.incident.pk].reach,
            sites=figures.major_sites,
            pupils=figures.major_pupils,
        )
    ]
    return max(found, key=lambda line: (line.sites, line.pupils), default=None)


def _spots(user: User, states: dict[int, str]) -> list[Spot]:
    """Troubled sites, and enough healthy ones to draw the Region."""
    sites = Site.objects.visible_to(user).open().order_by("pk")
    fields = ("pk", "longitude", "latitude", "province", "school__name", "name")
    rows = list(sites.filter(pk__in=states).values_list(*fields))
    rows += list(sites.exclude(pk__in=states).values_list(*fields)[:DOTS])
    return [
        Spot(states.get(pk, "ok"), lon, lat, province, f"{school}, {name}" if name else school)
        for pk, lon, lat, province, school, name in rows
    ]


def _journal(user: User) -> list[dict[str, Any]]:
    """The latest changes of state that deserve a reader."""
    # What a live root cause explains is told once, by the line that attaches it.
    explained = Incident.objects.live().attached().filter(check_row=OuterRef("check_row"))
    events = (
        TargetEvent.objects.visible_to(user)
        .exclude(kind="action")
        .exclude(Exists(explained), kind="state")
        .exclude(new="ok", old__in=["", "unknown"])
        .select_related("target__device", "target__site__school", "check_row", "trap")
        .order_by("-at", "-id")[:JOURNAL]
    )
    found = []
    for event in events:
        _icon, key, text, sub = event_phrase(event)
        device = event.target.device.name
        found.append({"at": event.at, "key": key, "site": event.target.site, "text": text,
                      "device": device, "sub": sub})  # fmt: skip
    return found

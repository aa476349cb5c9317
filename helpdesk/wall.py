"""What the wall shows: the worst first, one line per root cause, within what the person sees.

Every figure is read set-based; nothing is loaded per site or per device of the Region.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q, Sum

from helpdesk.listing import counts_of
from helpdesk.models import Ticket, TicketCause
from helpdesk.reach import Touched, pupils_of, touched_by
from helpdesk.rules import is_major
from helpdesk.service import service
from helpdesk.trends import trends_for
from helpdesk.wall_journal import journal_for
from helpdesk.wording import device_kind, short_fault, what_fails
from schools.models import Headcount, Province, Site, User
from schools.models.places import place_name
from schools.models.scope import scope_of, sites_q
from supervision.models import Check, CheckState, Incident, Target
from supervision.site_verdicts import site_verdicts
from supervision.strips import site_strips

PER_PROVINCE = 12
"""Lines of a province on one screen; the list of incidents has them all."""
DOTS = 600
TROUBLE = ("down", "degraded", "suspect", "effect", "recover")
RANK = {key: n for n, key in enumerate((*TROUBLE, "unknown", "planned"))}


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
    down: bool = False
    """A root cause that stops something, rather than slowing it."""
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
        """Sites in any trouble. One that we cannot see is neither in trouble nor well."""
        return sum(self.counts.get(key, 0) for key in TROUBLE)

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
    lines = [_root_line(i, touched[i.pk]) for i in roots]
    if effects:
        attached = Incident.objects.live().attached().filter(here)
        lines += [_effect_line(i) for i in _incidents(attached)[: PER_PROVINCE * 5]]
    lines += _suspects(user, {i.check_row_id for i in roots})
    _add_tickets(lines)
    states = site_verdicts(here)
    for line in lines:
        _show_site(line, states)
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
        journal=journal_for(user),
        read_at=seen.aggregate(at=Max("last_poll_at"))["at"],
        devices=counters["devices"],
    )


def _incidents(found: Any) -> Any:
    return found.select_related(
        "device__product",
        "check_row__target",
        "site__school",
        "site__municipality",
        "root__device",
    ).order_by("began_at", "pk")


def _show_site(line: Line, states: dict[int, str]) -> None:
    """A root cause bears the state of its site: one rule, wherever a site is shown.

    What merely degrades does not look worse because the site has another fault.
    """
    site = states.get(line.site.pk, "")
    if line.ident.startswith("i") and line.key != "effect" and site in RANK:
        worse = line.key == "degraded" and site == "down"
        line.key = line.key if worse and not line.down else site


def _root_line(incident: Incident, touched: Touched) -> Line:
    """A root cause; its state is its site's, see ``_show_site``."""
    reach = touched.reach
    alone = reach.devices - 1
    local = incident.site.is_decentralised
    sub = "local" if local else f"effects:{alone}:{reach.rooms}"
    kind = device_kind(incident.device.product.category)
    return Line(
        ident=f"i{incident.pk}",
        key="degraded",
        down=incident.severity == "down",
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
        .select_related(
            "target__device__product", "target__site__school", "target__site__municipality"
        )
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


def _groups(user: User, lines: list[Line], states: dict[int, str], now: dt.datetime) -> list[Group]:
    """Provinces, the most troubled first; their lines, the worst first."""
    sites = Site.objects.visible_to(user).open().order_by()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for site, province in sites.values_list("pk", "province"):
        counts[province][states.get(site, "unknown")] += 1
    by_province: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        by_province[line.site.province].append(line)
    found = []
    for code, count in counts.items():
        mine = sorted(by_province[code], key=lambda line: line.weight(now))
        name, total = str(Province(code).label), sum(count.values())
        found.append(
            Group(code, name, total, dict(count), mine[:PER_PROVINCE], len(mine[PER_PROVINCE:]), [])
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
        all=Count("pk"),
        silent=Count("pk", filter=Q(state=CheckState.CONFIRMED)),
        unknown=Count("pk", filter=Q(state=CheckState.UNKNOWN)),
    )
    offline = {s for t in touched.values() for s in t.whole_sites}
    pupils = sum(pupils_of(offline).values())
    everybody = _pupils_in(user)
    tickets = counts_of(user, now)
    total = answers["all"]
    reachable = total - answers["silent"] - answers["unknown"]
    return {
        "down": by_state["down"],
        "degraded": by_state["degraded"],
        "suspect": len({line.site.pk for line in lines if line.key == "suspect"}),
        "devices": total,
        "reachable": reachable,
        "reachable_share": 100 * reachable / total if total else None,
        "unknown": answers["unknown"],
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
    """Troubled sites, and enough of the others to draw the Region."""
    sites = Site.objects.visible_to(user).open().order_by("pk")
    fields = ("pk", "longitude", "latitude", "province", "school__name", "name")
    troubled = [pk for pk, state in states.items() if state in TROUBLE]
    rows = list(sites.filter(pk__in=troubled).values_list(*fields))
    rows += list(sites.exclude(pk__in=troubled).values_list(*fields)[:DOTS])
    return [
        Spot(states.get(pk, "unknown"), lon, lat, province, place_name(school, name))
        for pk, lon, lat, province, school, name in rows
    ]

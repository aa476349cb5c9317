"""How each site stands: the rule of ``rules.judge_site`` on what the checks say, in five queries.

Sites are counted in the database; only devices that are out are loaded one by one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, FilteredRelation, Q

from inventory.models import Category, RoomCoverage
from schools.models import Room
from supervision.models import Check, CheckState, Severity, Target
from supervision.phrases import REACHABILITY
from supervision.rules import SiteNow, judge_site

TONES = {
    CheckState.OK: "ok",
    CheckState.SUSPECT: "suspect",
    CheckState.RECOVERING: "recover",
}


def site_verdicts(where: Q) -> dict[int, str]:
    """State of each site that has a target; ``where`` filters targets, by their ``site``."""
    devices = _devices(where)
    others = _others(where)
    out = _out(where)
    routers = {s for s, those in out.items() if Category.ROUTER.value in those.values()}
    totals, lost = _rooms(out)
    return {
        site: judge_site(
            SiteNow(
                devices=counts,
                others=others.get(site, frozenset()),
                router_out=site in routers,
                rooms=totals.get(site, 0),
                rooms_lost=lost.get(site, 0),
            )
        )
        for site, counts in devices.items()
    }


def _devices(where: Q) -> dict[int, Counter[str]]:
    """Per site: how many devices answer, are out, suspect, recovering, unknown, planned."""
    rows: Iterable[Any] = (
        Target.objects.filter(where)
        .alias(reach=FilteredRelation("checks", condition=Q(checks__key=REACHABILITY)))
        .order_by()
        .values_list("site", "paused", "parked", "reach__state", "reach__severity")
        .annotate(n=Count("pk"))
    )
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for site, paused, parked, state, severity, n in rows:
        if parked:
            tone = "unknown"
        elif paused:
            tone = "planned"
        elif state == CheckState.CONFIRMED:
            tone = "degraded" if severity == Severity.DEGRADED else "out"
        else:
            tone = TONES.get(state, "unknown")
        found[site][tone] += n
    return found


def _others(where: Q) -> dict[int, frozenset[str]]:
    """Per site: the tones of what fails on devices that answer: a hot switch, a slow link."""
    rows = (
        _watched(where)
        .exclude(key=REACHABILITY)
        .filter(state__in=[CheckState.CONFIRMED, CheckState.SUSPECT, CheckState.RECOVERING])
        .order_by()
        .values_list("target__site", "state")
        .distinct()
    )
    found: dict[int, set[str]] = defaultdict(set)
    for site, state in rows:
        found[site].add("degraded" if state == CheckState.CONFIRMED else TONES[CheckState(state)])
    return {site: frozenset(tones) for site, tones in found.items()}


def _out(where: Q) -> dict[int, dict[int, str]]:
    """Per site: the devices that do not answer, with their category."""
    rows = (
        _watched(where)
        .filter(key=REACHABILITY, state=CheckState.CONFIRMED)
        .exclude(severity=Severity.DEGRADED)
        .order_by()
        .values_list("target__site", "target__device", "target__device__product__category")
    )
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for site, device, category in rows:
        found[site][device] = category
    return found


def _rooms(out: dict[int, dict[int, str]]) -> tuple[dict[int, int], Counter[int]]:
    """Rooms that WiFi must reach, and those where no access point is left, per site."""
    rooms = Room.objects.to_cover().filter(site__in=out).order_by()
    totals = dict(rows for rows in rooms.values_list("site").annotate(n=Count("pk")))
    silent = {device for those in out.values() for device in those}
    covered = RoomCoverage.objects.filter(room__in=rooms.values("pk"))
    left: dict[tuple[int, int], bool] = {}
    for site, room, point in covered.values_list("room__site", "room", "access_point"):
        left[site, room] = left.get((site, room), False) or point not in silent
    return totals, Counter(site for (site, _room), lit in left.items() if not lit)


def _watched(where: Q) -> Any:
    """Checks of the targets that are polled."""
    targets = Target.objects.filter(where, paused=False, parked=False)
    return Check.objects.filter(target__in=targets)

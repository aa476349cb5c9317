"""Whom faults touch, read in a constant number of queries however many faults there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, Sum

from helpdesk.rules import Fault, Reach
from inventory.models import Category, RoomCoverage
from schools.models import Headcount, Room
from supervision.models import Incident

WHOLE_SITE = frozenset({Category.ROUTER.value})
"""A site whose router is down has no network at all."""


@dataclass(slots=True)
class Touched:
    """What one root cause takes down."""

    site: int
    service: str
    categories: dict[int, str] = field(default_factory=dict)
    """Device → its category."""
    sites: set[int] = field(default_factory=set)
    whole_sites: set[int] = field(default_factory=set)
    rooms: dict[int, int] = field(default_factory=dict)
    """Room → its site."""
    pupils: int = 0

    @property
    def reach(self) -> Reach:
        return Reach(
            devices=len(self.categories),
            rooms=len(self.rooms),
            pupils=self.pupils,
            sites=len(self.sites),
            whole_site=bool(self.whole_sites),
        )

    @property
    def fault(self) -> Fault:
        return Fault(
            site=self.site,
            service=self.service,
            whole_site=self.site in self.whole_sites,
            devices=frozenset(self.categories),
            rooms=frozenset(self.rooms),
        )


def touched_by(roots: Collection[int]) -> dict[int, Touched]:
    """Root incident → what it takes down with its live consequences.

    Rooms are those that a touched access point covers, or where a touched device stands and is
    used; a router takes every room of its site. Pupils are the site's share of those rooms: an
    estimate, since nobody knows who sits where.
    """
    found = _devices(roots)
    coverage = _coverage({d for t in found.values() for d in t.categories})
    to_cover = _rooms({s for t in found.values() for s in t.whole_sites})
    for touched in found.values():
        for device in touched.categories:
            touched.rooms.update(coverage.get(device, {}))
        for site in touched.whole_sites:
            touched.rooms.update(dict.fromkeys(to_cover.get(site, ()), site))
    sites = {s for t in found.values() for s in t.sites}
    pupils, totals = pupils_of(sites), _room_totals(sites)
    for touched in found.values():
        touched.pupils = sum(
            _share(touched, site, pupils.get(site, 0), totals.get(site, 0))
            for site in touched.sites
        )
    return found


def pupils_of(sites: Iterable[int]) -> dict[int, int]:
    """Pupils of each site at its latest count of 15 January."""
    latest: dict[int, tuple[int, int]] = {}
    rows = (
        Headcount.objects.filter(site__in=list(sites))
        .order_by()
        .values_list("site", "year")
        .annotate(total=Sum("pupils"))
    )
    for site, year, total in rows:
        if year >= latest.get(site, (0, 0))[0]:
            latest[site] = (year, total)
    return {site: total for site, (_year, total) in latest.items()}


def _share(touched: Touched, site: int, pupils: int, rooms: int) -> int:
    if site in touched.whole_sites:
        return pupils
    hit = sum(1 for where in touched.rooms.values() if where == site)
    return round(pupils * min(hit / rooms, 1)) if rooms else 0


def _devices(roots: Collection[int]) -> dict[int, Touched]:
    rows = (
        Incident.objects.filter(Q(pk__in=roots) | (Q(root__in=roots) & ~Q(state="closed")))
        .order_by("pk")
        .values_list(
            "pk",
            "root",
            "site",
            "service",
            "device",
            "device__product__category",
            "device__room",
            "device__room__kind",
        )
    )
    found: dict[int, Touched] = {}
    late = []
    for pk, root, site, service, device, category, room, kind in rows:
        if pk in roots:
            found.setdefault(pk, Touched(site=site, service=service))
        owner = pk if pk in roots or root is None else root
        late.append((owner, site, device, category, room, kind))
    for root, site, device, category, room, kind in late:
        touched = found[root]
        touched.sites.add(site)
        touched.categories[device] = category
        if category in WHOLE_SITE:
            touched.whole_sites.add(site)
        if room and kind != "technical" and category != Category.ACCESS_POINT:
            touched.rooms[room] = site
    return found


def _coverage(devices: Collection[int]) -> dict[int, dict[int, int]]:
    found: dict[int, dict[int, int]] = defaultdict(dict)
    rows = RoomCoverage.objects.filter(access_point__in=devices)
    for device, room, site in rows.values_list("access_point", "room", "room__site"):
        found[device][room] = site
    return found


def _rooms(sites: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Room.objects.to_cover().filter(site__in=sites).order_by()
    for site, room in rows.values_list("site", "pk"):
        found[site].append(room)
    return found


def _room_totals(sites: Collection[int]) -> dict[int, int]:
    rows = Room.objects.to_cover().filter(site__in=sites).order_by()
    return dict(rows.values_list("site").annotate(n=Count("pk")))

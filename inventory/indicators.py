"""The indicators of connections (mission §8, K0 to K5), one query each, for any part of the Region.

Sites, schools and classes are different counts: each function says which one it counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Exists, F, FloatField, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast

from inventory.models import FIBRE, Infrastructure, MeasuredSpeed, Subscription
from inventory.rules.connections import FIBRE_ABOVE, GIGA_MBPS
from schools.counts import last_year
from schools.models import Headcount, Room, RoomKind, School, SchoolKind, Site
from schools.models.places import SiteQuerySet


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    count: int
    total: int

    @property
    def percent(self) -> float | None:
        """None where there is nothing to share."""
        return 100 * self.count / self.total if self.total else None


def active_at(sites: SiteQuerySet) -> Any:
    """Lines in service at open sites."""
    return Subscription.objects.active().filter(site__in=sites.open().order_by().values("pk"))


def classes_with_access(sites: SiteQuerySet) -> Share:
    """K0: classrooms of sites with an active line open to all pupils, of all classrooms."""
    line = Subscription.objects.active().filter(site=OuterRef("site"), pupils_access=True)
    rooms = Room.objects.filter(
        site__in=sites.open(), kind=RoomKind.CLASSROOM, closed_on=None
    ).annotate(reached=Exists(line))
    told = rooms.aggregate(count=Count("pk", filter=Q(reached=True)), total=Count("pk"))
    return Share(told["count"], told["total"])


def projects(sites: SiteQuerySet) -> Any:
    """K1: THD projects: sites of schools, EPN and training centres whose line is asked, ordered
    or in service at 30 Mbit/s or more."""
    line = Subscription.objects.filter(
        site=OuterRef("pk"), state__in=["asked", "ordered", "active"], down_mbps__gte=30
    )
    return sites.open().filter(Exists(line))


def giga_projects(sites: SiteQuerySet) -> Any:
    """K2: those of K1 at 1 Gbit/s or more, or in a Giga Quartier."""
    line = Subscription.objects.filter(
        site=OuterRef("pk"), state__in=["asked", "ordered", "active"], down_mbps__gte=GIGA_MBPS
    )
    quarter = Infrastructure.objects.filter(site=OuterRef("pk"), giga=True)
    return projects(sites).filter(Exists(line) | Exists(quarter))


def schools_under_contract(sites: SiteQuerySet) -> Any:
    """K3: schools (EPN and training centres apart) with an active line of a framework contract."""
    return _schools_of(active_at(sites).filter(offer__isnull=False))


def schools_on_fibre(sites: SiteQuerySet) -> Any:
    """K4: schools with at least one site on active fibre."""
    return _schools_of(active_at(sites).filter(technology__in=FIBRE))


def large_sites_on_fibre(sites: SiteQuerySet) -> Share:
    """K4, the other half: sites of strictly more than 400 pupils, and how many are on fibre."""
    counted = (
        Headcount.objects.filter(site=OuterRef("pk"), year=last_year())
        .order_by()
        .values("site")
        .annotate(total=Sum("pupils"))
    )
    fibre = Subscription.objects.active().on_fibre().filter(site=OuterRef("pk"))
    large = sites.open().annotate(n=Subquery(counted.values("total")), lit=Exists(fibre))
    told = large.filter(n__gt=FIBRE_ABOVE).aggregate(
        count=Count("pk", filter=Q(lit=True)), total=Count("pk")
    )
    return Share(told["count"], told["total"])


@dataclass(frozen=True, slots=True)
class Speeds:
    """K5, in Mbit/s down; None where there is nothing to average."""

    contracted: float | None
    weighted: float | None
    """Contracted, by the pupils of each site."""
    measured: float | None
    """The last measure of each site."""


def mean_speeds(sites: SiteQuerySet) -> Speeds:
    """K5: main lines in service; sites without a count weigh nothing in the weighted mean."""
    counted = (
        Headcount.objects.filter(site=OuterRef("site"), year=last_year())
        .order_by()
        .values("site")
        .annotate(total=Sum("pupils"))
    )
    lines = active_at(sites).filter(role="main").annotate(n=Subquery(counted.values("total")))
    told = lines.aggregate(
        mean=Avg("down_mbps"),
        weight=Sum(Cast(F("down_mbps") * F("n"), FloatField())),
        pupils=Sum("n", filter=Q(n__isnull=False)),
    )
    latest = MeasuredSpeed.objects.filter(site=OuterRef("pk")).order_by("-at", "-pk")
    measured = (
        Site.objects.filter(pk__in=sites.open().order_by().values("pk"))
        .annotate(speed=Subquery(latest.values("down_mbps")[:1]))
        .aggregate(mean=Avg("speed"))
    )
    weighted = told["weight"] / told["pupils"] if told["pupils"] else None
    return Speeds(told["mean"], weighted, measured["mean"])


def _schools_of(lines: Any) -> Any:
    return School.objects.open().filter(
        kind=SchoolKind.SCHOOL, pk__in=lines.order_by().values("site__school")
    )

"""What the register says of many sites at once, for their rights: a handful of queries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from inventory.grants.models.rights.ledger import DrawingRight
from inventory.grants.models.rights.programmes import Computation, Programme
from inventory.grants.rules.rights.computing import Facts
from inventory.models.devices import Device, Origin
from schools.models import Headcount, IseClass, Site
from schools.models.places import SchoolKind, SiteQuerySet

BACK = 3
"""How many years a missing count is looked for before the one that should serve."""


def entitled_sites() -> SiteQuerySet:
    """Open sites of open schools: EPN and training centres hold no right."""
    return Site.objects.open().filter(
        school__kind=SchoolKind.SCHOOL, school__closed_on__isnull=True
    )


def facts_of(
    sites: SiteQuerySet, count_year: int, first_amounts: Mapping[int, Decimal] | None = None
) -> dict[int, Facts]:
    """Site → its facts for a count; where it has none, the last one before."""
    rows = sites.order_by("pk").values_list("pk", "province", "school__network", "school_id")
    places = list(rows)
    counts, years = _counts(sites, count_year)
    ise = _ise(sites, count_year)
    awarded = schools_awarded()
    first = first_amounts or {}
    return {
        pk: Facts(
            pupils=counts.get(pk, {}),
            count_year=years.get(pk),
            ise=ise.get(pk, ""),
            network=network,
            province=province,
            never_awarded=school not in awarded,
            first_amount=first.get(pk),
        )
        for pk, province, network, school in places
    }


def _counts(
    sites: SiteQuerySet, count_year: int
) -> tuple[dict[int, dict[str, int]], dict[int, int]]:
    found = Headcount.objects.filter(
        site__in=sites.order_by().values("pk"), year__range=(count_year - BACK, count_year)
    ).order_by("-year")
    counts: dict[int, dict[str, int]] = {}
    years: dict[int, int] = {}
    for site, level, year, pupils in found.values_list("site_id", "level", "year", "pupils"):
        if years.setdefault(site, year) == year and pupils:
            counts.setdefault(site, {})[level] = pupils
    return counts, years


def _ise(sites: SiteQuerySet, count_year: int) -> dict[int, str]:
    rows = IseClass.objects.filter(
        site__in=sites.order_by().values("pk"), year__lte=count_year
    ).order_by("year")
    return dict(rows.values_list("site_id", "value"))


def schools_awarded() -> frozenset[int]:
    """Schools that something was ever granted to: in the ledger, or equipment of a call."""
    drawn = DrawingRight.objects.exclude(committed=0, consumed=0)
    granted = Device.objects.filter(origin=Origin.GRANT)
    keys: Iterable[int] = drawn.values_list("site__school_id", flat=True).union(
        granted.values_list("site__school_id", flat=True)
    )
    return frozenset(keys)


def first_amounts(programme: Programme) -> dict[int, Decimal]:
    """Site → what its first computation in the programme gave for a year."""
    rows = Computation.objects.filter(programme=programme).order_by("-at", "-pk")
    return dict(rows.values_list("site_id", "amount"))

"""K7: « Nombre d’équipements installés dans les écoles (par catégorie et par an) », live.

Every device of the inventory that was installed counts in the year of its installation, in schools
alone (a training centre or a public digital space is no school), whatever became of it since: what
was installed in 2024 stays installed in 2024. A device without a day of installation is counted
apart, never guessed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet
from django.db.models.functions import ExtractYear

from inventory.models import Category, Device, DeviceState
from schools.models import SchoolKind
from schools.models.places import SiteQuerySet


@dataclass(frozen=True, slots=True)
class Installed:
    """How many devices of a category were installed in a year, and of which origin."""

    year: int
    category: str
    origin: str
    count: int

    @property
    def word(self) -> str:
        """The category, in words."""
        return str(Category(self.category).label)


def installed_by_year(sites: SiteQuerySet | None = None) -> list[Installed]:
    """K7 by year, category and origin, the latest year first; of these sites, or of all schools."""
    rows = _of_schools(sites).filter(installed_on__isnull=False)
    counts = (
        rows.annotate(year=ExtractYear("installed_on"), category=F("product__category"))
        .values("year", "category", "origin")
        .annotate(n=Count("pk"))
        .order_by("-year", "category", "origin")
    )
    return [Installed(row["year"], row["category"], row["origin"], row["n"]) for row in counts]


def installed_in(year: int, sites: SiteQuerySet | None = None) -> int:
    """K7 of one year, all categories."""
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    return _of_schools(sites).filter(installed_on__range=(first, last)).count()


def installed_without_a_day(sites: SiteQuerySet | None = None) -> int:
    """Installed, but nobody noted when: told beside K7, in no year of it."""
    rows = _of_schools(sites).filter(installed_on=None, state=DeviceState.INSTALLED)
    return rows.count()


def _of_schools(sites: SiteQuerySet | None) -> QuerySet[Device]:
    rows = Device.objects.filter(site__school__kind=SchoolKind.SCHOOL)
    return rows if sites is None else rows.filter(site__in=sites)

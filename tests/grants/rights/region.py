"""A small Region with counts of three years and two released years, for tests and browsers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.utils import timezone

from inventory.grants.actions.rights import ledger
from inventory.grants.actions.rights.formulas import adopt_formula, save_draft, write_programme
from inventory.grants.actions.rights.release import release_year
from inventory.grants.models.rights.programmes import Programme
from inventory.grants.rules.rights.years import school_year
from schools.models import Headcount, IseClass, Site, User
from tests.grants.rights.formulas import PER_PUPIL


def first_year() -> int:
    """Of the programme: the school year before this one."""
    return school_year(timezone.localdate()) - 1


def in_september(year: int) -> dt.datetime:
    return dt.datetime(year, 9, 1, 8, tzinfo=dt.UTC)


def count(site: Site, year: int, pupils: int, level: str = "secondaire") -> None:
    """The count of 15 January."""
    Headcount.objects.update_or_create(
        site=site, year=year, level=level, defaults={"pupils": pupils}
    )


def make_programme_in_use(
    officer: User, sites: dict[Site, tuple[int, int]], content: dict[str, Any] | None = None
) -> Programme:
    """Two years released: ``{site: (pupils of the first, pupils of the second)}``."""
    first = first_year()
    for number, (site, pupils) in enumerate(sites.items(), start=1):
        count(site, first, pupils[0])
        count(site, first + 1, pupils[1])
        IseClass.objects.update_or_create(
            site=site, year=first, defaults={"value": str(6 + number)}
        )
    programme = write_programme(
        officer, code="droits", name="Droits", name_de="Rechte", first_year=first, years=4
    )
    draft = programme.formulas.get()
    rules = content or {**PER_PUPIL, "conditions": []}
    draft = save_draft(officer, draft, rules, "Première version", draft.version)
    adopt_formula(officer, draft, draft.version, in_september(first))
    for year in (first, first + 1):
        release_year(officer, programme, year, in_september(year))
    return programme


def use(site: Site, by: User) -> None:
    """A file delivered, one awarded, one submitted."""
    now = timezone.now()
    ledger.reserve(site, Decimal(8120), "application:1", "s1", by, now - dt.timedelta(days=60))
    ledger.commit("application:1", Decimal(8120), "a1", by, now - dt.timedelta(days=50))
    ledger.consume("application:1", Decimal(8120), "d1", by, now - dt.timedelta(days=40))
    ledger.reserve(site, Decimal(6240), "application:2", "s2", by, now - dt.timedelta(days=30))
    ledger.commit("application:2", Decimal(6240), "a2", by, now - dt.timedelta(days=20))
    ledger.reserve(site, Decimal(4800), "application:3", "s3", by, now)

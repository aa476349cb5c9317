"""What the register says of sites, as the conditions of a call read it. A dozen queries for any
number of sites."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Max, Sum

from inventory.grants.models.calls.awards import Award, AwardState
from inventory.grants.rules.calls.eligibility import Facts, Verdict, judge
from inventory.models import Declaration
from schools.models import (
    Community,
    Consent,
    ConsentKind,
    Headcount,
    IseClass,
    Level,
    Network,
    Province,
    School,
    Site,
    Teaching,
)

WORDS: dict[str, dict[str, Any]] = {
    "levels": dict(Level.choices),
    "network": dict(Network.choices),
    "community": dict(Community.choices),
    "province": dict(Province.choices),
}


def word_of(fact: str, value: str) -> str:
    """``network``, ``wbe`` → ``WBE``."""
    return str(WORDS.get(fact, {}).get(value, value))


def facts_of(sites: Iterable[Site], on: dt.date) -> dict[int, Facts]:
    """Site → what is known of it on that day; sites come with their school."""
    rows = list(sites)
    keys, schools = [one.pk for one in rows], {one.school_id for one in rows}
    levels = _levels(keys)
    pupils, classes = _pupils(keys), _classes(keys)
    awarded = _awarded(keys, on)
    declared = set(
        Declaration.objects.filter(site__in=keys).holding(on).values_list("site", flat=True)
    )
    planned = set(
        School.objects.filter(pk__in=schools).with_approved_plan(on).values_list("pk", flat=True)
    )
    live = Consent.objects.live(on)
    assisted = set(
        live.filter(
            kind=ConsentKind.ASSISTANCE, authority__in={one.school.authority_id for one in rows}
        ).values_list("authority", flat=True)
    )
    supervised = set(
        live.filter(kind=ConsentKind.SUPERVISION, school__in=schools).values_list(
            "school", flat=True
        )
    )
    return {
        one.pk: Facts(
            open=one.closed_on is None or one.closed_on > on,
            levels=frozenset(levels.get(one.pk, ())),
            network=one.school.network,
            community=one.school.community,
            province=str(one.province),
            pupils=pupils.get(one.pk, (None, None))[1],
            pupils_year=pupils.get(one.pk, (None, None))[0],
            ise_class=classes.get(one.pk, (0, ""))[1],
            ise_year=classes.get(one.pk, (None, ""))[0],
            awarded_on=awarded.get(one.pk),
            approved_plan=one.school_id in planned,
            declaration=one.pk in declared,
            assistance=one.school.authority_id in assisted,
            supervision=one.school_id in supervised,
        )
        for one in rows
    }


def facts_of_site(site: Site, on: dt.date) -> Facts:
    return facts_of([site], on)[site.pk]


def verdicts_of(rules: Iterable[Mapping[str, Any]], facts: Facts, on: dt.date) -> list[Verdict]:
    """Each condition, judged and told in the reader's language."""
    return judge(rules, facts, on, word_of)


def _levels(keys: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    rows = Teaching.objects.filter(site__in=keys, closed_on=None)
    for site, level in rows.values_list("site", "level"):
        found.setdefault(site, set()).add(level)
    return found


def _pupils(keys: list[int]) -> dict[int, tuple[int, int]]:
    """Site → the year of the last count, and all of its pupils."""
    rows = Headcount.objects.filter(site__in=keys).values("site", "year").order_by("site", "year")
    return {row["site"]: (row["year"], row["n"]) for row in rows.annotate(n=Sum("pupils"))}


def _classes(keys: list[int]) -> dict[int, tuple[int, str]]:
    rows = IseClass.objects.filter(site__in=keys).order_by("site", "year")
    return {site: (year, value) for site, year, value in rows.values_list("site", "year", "value")}


def _awarded(keys: list[int], on: dt.date) -> dict[int, dt.date]:
    """Site → the day of its last award that was not taken back."""
    rows = (
        Award.objects.filter(application__site__in=keys, decided_at__date__lte=on)
        .exclude(state__in=[AwardState.WITHDRAWN, AwardState.LAPSED])
        .values("application__site")
        .order_by()
        .annotate(last=Max("decided_at__date"))
    )
    return {row["application__site"]: row["last"] for row in rows}

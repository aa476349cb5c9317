"""K9 (mission §8): schools that deployed a BYOD strategy, and the devices that it added.

*Nombre d'écoles ayant déployé une stratégie BYOD et nombre de terminaux supplémentaires du BYOD en
circulation*: three counts, never added up. A school counts while its strategy is deployed, its
network has a live policy and a charter is published. A personal device counts when the network saw
it in the last 90 days, those of guests left out: a visitor adds nothing to a school. A loan counts
while it is out, whoever borrowed it: forgetting the borrower changes no figure.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.loans import Loan
from byod.models.people.devices import PersonalDevice
from byod.models.people.members import MemberKind
from byod.models.strategy.strategies import Strategy
from byod.rules.privacy import counted
from inventory.grants.indicators import Figure, Indicator
from schools.models import School, Site

SEEN_DAYS = 90


@dataclass(frozen=True, slots=True)
class K9:
    """The three counts of a part of the Region."""

    schools: int
    devices: int
    loans: int

    @property
    def devices_told(self) -> int | None:
        """None where fewer than five: shown as « moins de 5 »."""
        return counted(self.devices)

    @property
    def loans_told(self) -> int | None:
        return counted(self.loans)


INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "K9",
        _(
            "Nombre d’écoles ayant déployé une stratégie BYOD et nombre de terminaux "
            "supplémentaires du BYOD en circulation"
        ),
        _(
            "Écoles secondaires dont la stratégie est approuvée et déployée, avec une charte "
            "publiée et une politique d’accès en vigueur sur le réseau ce jour."
        ),
        _("écoles"),
        stands=True,
    ),
    Indicator(
        "K9-appareils",
        _("Terminaux supplémentaires du BYOD en circulation\u00a0: appareils personnels"),
        _(
            "Appareils personnels d’élèves et d’enseignants vus sur le réseau d’une école dans les "
            "90 derniers jours. Un groupe de moins de 5 n’est pas publié."
        ),
        _("appareils"),
        stands=True,
        people=True,
    ),
    Indicator(
        "K9-prets",
        _("Terminaux supplémentaires du BYOD en circulation\u00a0: prêts en cours"),
        _("Appareils prêtés à des élèves à ce jour. Un groupe de moins de 5 n’est pas publié."),
        _("prêts"),
        stands=True,
        people=True,
    ),
)
"""Told to ``inventory.grants.indicators`` by INDICATOR_SOURCES."""


def seen_devices(now: dt.datetime) -> QuerySet[PersonalDevice]:
    """Personal devices that the network let in within 90 days, guests' apart."""
    since = now - dt.timedelta(days=SEEN_DAYS)
    return PersonalDevice.objects.filter(seen_at__gte=since).exclude(member__kind=MemberKind.GUEST)


def k9(sites: QuerySet[Site] | None = None, now: dt.datetime | None = None) -> K9:
    """The three counts as they stand, of the whole Region or of these sites. Three queries."""
    devices = seen_devices(now or timezone.now())
    strategies: QuerySet[Strategy] = Strategy.objects.effective()
    loans: QuerySet[Loan] = Loan.objects.out()
    if sites is not None:
        devices = devices.filter(member__site__in=sites.values("pk"))
        strategies = strategies.filter(school__in=sites.values("school"))
        loans = loans.filter(site__in=sites.values("pk"))
    return K9(
        schools=strategies.values("school").distinct().count(),
        devices=devices.count(),
        loans=loans.count(),
    )


def figures() -> Iterator[Figure]:
    """K9 as figures: the Region, each province, each network. Three queries."""
    yield from _figures("K9", _schools())
    devices = seen_devices(timezone.now()).order_by()
    places = ("member__site__province", "member__site__school__network")
    yield from _people("K9-appareils", devices.values_list(*places).annotate(n=Count("pk")))
    loans = Loan.objects.out().order_by()
    places = ("site__province", "site__school__network")
    yield from _people("K9-prets", loans.values_list(*places).annotate(n=Count("pk")))


def _schools() -> Counter[tuple[str, str]]:
    """A school with sites in two provinces counts in both, and once in the Region."""
    found: Counter[tuple[str, str]] = Counter()
    rows = (
        School.objects.filter(pk__in=Strategy.objects.effective().values("school"))
        .filter(sites__closed_on=None)
        .values_list("pk", "network", "sites__province")
        .distinct()
    )
    known: set[int] = set()
    for pk, network, province in rows:
        found["province", province] += 1
        if pk not in known:
            known.add(pk)
            found["network", network] += 1
            found["", ""] += 1
    return found


def _people(key: str, rows: Iterable[Any]) -> Iterator[Figure]:
    """Counts of people's devices: a group of fewer than five is left out, the Region's too."""
    found: Counter[tuple[str, str]] = Counter()
    for province, network, n in rows:
        for place in (("", ""), ("province", province), ("network", network)):
            found[place] += n
    for (by, group), n in _without_small_rests(found).items():
        yield Figure(key, None, by, group, Decimal(n))


def _without_small_rests(found: Counter[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Where one group alone is too small, the whole minus the others would tell it: the smallest
    of the others is left out with it."""
    kept = {place: n for place, n in found.items() if counted(n) is not None}
    for by in ("province", "network"):
        small = sum(1 for (one, _group), n in found.items() if one == by and counted(n) is None)
        told = sorted((n, place) for place, n in kept.items() if place[0] == by)
        if small == 1 and told:
            del kept[told[0][1]]
    return kept


def _figures(key: str, found: Counter[tuple[str, str]]) -> Iterator[Figure]:
    for (by, group), n in {("", ""): 0, **found}.items():
        yield Figure(key, None, by, group, Decimal(n))

"""The indicators of the grants (mission §8: K7, K8, K13, K14) as figures: live, kept, published.

A figure names no person and no school: it counts for the Region, a province, a network or a
category of equipment. Sites, schools and teachers are three different counts, never mixed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from inventory.grants.indicators_returns import counted_resources
from inventory.grants.indicators_rights import DrawingRightsUse, use_by, use_of_rights
from inventory.models import Category, Device
from schools.models import Network, Province

Text = str | Promise
REGION = ""
GROUPS: dict[str, dict[str, Any]] = {
    "category": dict(Category.choices),
    "province": dict(Province.choices),
    "network": dict(Network.choices),
}
"""By what a figure is broken down → its groups in words."""
BY_WORDS: dict[str, Text] = {
    REGION: _("Région"),
    "category": _("par catégorie"),
    "province": _("par province"),
    "network": _("par réseau"),
}


@dataclass(frozen=True, slots=True)
class Indicator:
    """What is published: its exact name, how it is computed, in what it counts."""

    key: str
    name: Text
    definition: Text
    unit: Text
    percent: bool = False
    stands: bool = False
    """It counts what stands on the day, not what came in a year."""
    people: bool = False
    """It counts what belongs to people: a group of fewer than five is not told."""


@dataclass(frozen=True, slots=True)
class Figure:
    """``year`` None: all years together. ``by`` and ``group`` empty: the Region."""

    key: str
    year: int | None
    by: str
    group: str
    value: Decimal

    @property
    def percent(self) -> Decimal:
        """Of a share."""
        return self.value * 100

    @property
    def words(self) -> str:
        return str(GROUPS.get(self.by, {}).get(self.group, self.group))


INDICATORS: dict[str, Indicator] = {
    "K7": Indicator(
        "K7",
        _("Nombre d’équipements installés dans les écoles (par catégorie et par an)"),
        _(
            "Équipements du parc des écoles, comptés dans l’année de leur installation, quelle que "
            "soit leur provenance et même retirés depuis."
        ),
        _("équipements"),
    ),
    "K8": Indicator(
        "K8",
        _("Nombre d’écoles bénéficiaires des droits de tirage"),
        _("Écoles distinctes dont au moins une implantation a consommé son droit."),
        _("écoles"),
    ),
    "K8-taux": Indicator(
        "K8-taux",
        _("Taux d’usage des droits de tirage"),
        _("Somme des montants consommés, divisée par la somme des droits accordés."),
        "%",
        percent=True,
    ),
    "K13": Indicator(
        "K13",
        _("Nombre d’enseignants mettant à disposition des contenus"),
        _(
            "Déposants distincts de ressources acceptées, dans l’année de la première acceptation. "
            "Toutes années ensemble, un enseignant compte une fois."
        ),
        _("enseignants"),
    ),
    "K14": Indicator(
        "K14",
        _("Nombre de ressources partagées"),
        _("Ressources acceptées, sous licence, et non retirées, dans l’année d’acceptation."),
        _("ressources"),
    ),
}
Source = Callable[[], Iterable[Figure]]
Place = tuple[int | None, str, str]
"""Year, by what, group."""


def installed_devices() -> Any:
    """K7 as rows: devices of schools that were installed one day."""
    return Device.objects.filter(installed_on__isnull=False, site__school__kind="school")


def installed_figures() -> Iterator[Figure]:
    """K7: by year of installation, and by category, province and network within it. One query;
    the groups are added up here."""
    groups = (
        installed_devices()
        .order_by()
        .values_list(
            "installed_on__year", "product__category", "site__province", "site__school__network"
        )
    )
    counts: Counter[Place] = Counter()
    for year, category, province, network, n in groups.annotate(n=Count("pk")):
        told = {"category": category, "province": province, "network": network}
        for place in _places(year, told):
            counts[place] += n
    yield from _figures("K7", counts)


def shared_figures() -> Iterator[Figure]:
    """K13 and K14: by year of acceptance, province and network. One query; a teacher of two
    provinces counts in both, and once in the Region."""
    groups = (
        counted_resources()
        .order_by()
        .values_list("accepted_at__year", "depositor", "site__province", "site__school__network")
    )
    resources: Counter[Place] = Counter()
    teachers: defaultdict[Place, set[int]] = defaultdict(set)
    for year, depositor, province, network, n in groups.annotate(n=Count("pk")):
        for place in _places(year, {"province": province, "network": network}):
            resources[place] += n
            if depositor is not None:
                teachers[place].add(depositor)
    yield from _figures("K14", resources)
    yield from _figures("K13", {place: len(people) for place, people in teachers.items()})


def _places(year: int, told: Mapping[str, str]) -> Iterator[Place]:
    """Where one group counts: in its year and in all of them, in the Region and in its parts."""
    for when in (year, None):
        yield when, REGION, ""
        for by, group in told.items():
            yield when, by, group


def _figures(key: str, counts: Mapping[Place, int]) -> Iterator[Figure]:
    """The whole Region of all years first, even where nothing is counted."""
    whole: Place = (None, REGION, "")
    for (year, by, group), n in {whole: 0, **counts}.items():
        yield Figure(key, year, by, group, Decimal(n))


def right_figures() -> Iterator[Figure]:
    """K8: schools that used their right, and the share used, as things stand."""
    yield from _use(REGION, "", use_of_rights())
    for by, path in (("province", "site__province"), ("network", "site__school__network")):
        for group, use in use_by(path).items():
            yield from _use(by, group, use)


def _use(by: str, group: str, use: DrawingRightsUse) -> Iterator[Figure]:
    yield Figure("K8", None, by, group, Decimal(use.schools))
    if use.rate is not None:
        yield Figure("K8-taux", None, by, group, round(use.rate, 4))


SOURCES: list[Source] = [installed_figures, right_figures, shared_figures]


def all_indicators() -> dict[str, Indicator]:
    """Those of the grants, then those that apps further right tell (INDICATOR_SOURCES)."""
    told = (import_string(f"{module}.INDICATORS") for module in settings.INDICATOR_SOURCES)
    return INDICATORS | {one.key: one for group in told for one in group}


def all_figures() -> list[Figure]:
    """Every figure as it stands now; a few queries, however many there are."""
    told: list[Source] = [
        import_string(f"{module}.figures") for module in settings.INDICATOR_SOURCES
    ]
    return [figure for source in (*SOURCES, *told) for figure in source()]

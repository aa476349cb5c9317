"""The connections of sites as a question: each site with its main line, pupils and verdict.

The verdict is asked of the database, so that a list filters and counts by it; it says what
``rules.connections.judge`` says, and a test holds the two together.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.connection_words import VERDICTS
from inventory.models import FIBRE, FibreException, Operator, Reach, Technology
from inventory.rules.connections import FIBRE_ABOVE, FLOOR_MBPS, GIGA_MBPS, Facts, Verdict, judge
from schools.counts import pupils
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.listing import PUPILS, SCHOOL, search_q
from schools.models import Network, Province, Site, User

SPEEDS: tuple[tuple[str, Any, int, int], ...] = (
    ("0", _("aucun"), 0, 1),
    ("moins-30", "< 30", 1, FLOOR_MBPS),
    ("30-99", "30–99", FLOOR_MBPS, 100),
    ("100-299", "100–299", 100, 300),
    ("300-999", "300–999", 300, GIGA_MBPS),
    ("giga", "≥ 1 000", GIGA_MBPS, 10**9),
)
"""Key, words (Mbit/s), from, below."""
SORTS: dict[str, tuple[Any, tuple[Column, ...]]] = {
    "ecole": (_("École"), (SCHOOL, Column("name"), KEY)),
    "eleves": (_("Élèves, les plus nombreux d’abord"), (PUPILS, KEY)),
    "lents": (_("Débit, les plus lents d’abord"), (Column("down", kind=int), KEY)),
    "rapides": (_("Débit, les plus rapides d’abord"), (Column("down", down=True, kind=int), KEY)),
}


def _by_speed(rows: Any, value: str) -> Any:
    _key, _word, least, below = next(one for one in SPEEDS if one[0] == value)
    return rows.filter(down__gte=least, down__lt=below)


def _operators() -> list[tuple[int, str]]:
    return list(Operator.objects.order_by("name").values_list("pk", "name"))


VERDICT = Filter("avis", _("Avis"), lambda: [*VERDICTS.items()], by("verdict"))
FILTERS = (
    Filter("province", _("Province"), lambda: Province.choices, by("province")),
    Filter("reseau", _("Réseau"), lambda: Network.choices, by("school__network")),
    Filter("technologie", _("Technologie"), lambda: Technology.choices, by("technology")),
    Filter("operateur", _("Opérateur"), _operators, by("line__operator")),
    Filter("debit", _("Débit"), lambda: [(k, w) for k, w, _a, _b in SPEEDS], _by_speed),
    Filter("fibre", _("Fibre possible"), lambda: Reach.choices, by("infrastructure__fibre")),
    Filter(
        "giga",
        _("Giga Quartier"),
        lambda: [("oui", _("en Giga Quartier"))],
        lambda rows, _value: rows.filter(infrastructure__giga=True),
    ),
)


def connections_seen(user: User, today: dt.date, year: int) -> Any:
    """Open sites of the person's scope, judged. ``down`` 0: no active main line."""
    excused = FibreException.objects.in_force(today).filter(site=OuterRef("pk"))
    sites = Site.objects.visible_to(user).open()
    return sites.select_related("school", "municipality", "infrastructure").annotate(
        line=FilteredRelation(
            "subscriptions",
            condition=Q(subscriptions__state="active", subscriptions__role="main"),
        ),
        down=Coalesce(F("line__down_mbps"), 0, output_field=IntegerField()),
        up=F("line__up_mbps"),
        technology=Coalesce(F("line__technology"), Value(""), output_field=CharField()),
        operator=F("line__operator__name"),
        price=F("line__price_month"),
        line_id=F("line__pk"),
        pupils=pupils("site", year, user),
        excused=Exists(excused),
        verdict=_verdict(),
    )


def _verdict() -> Case:
    """``judge``, in SQL; the order of the cases is the rule's."""
    due = Q(pupils__gt=FIBRE_ABOVE) & ~Q(technology__in=FIBRE)
    return Case(
        When(down=0, then=Value(Verdict.NONE.value)),
        When(down__lt=FLOOR_MBPS, then=Value(Verdict.FLOOR.value)),
        When(due & Q(excused=True), then=Value(Verdict.EXCEPTION.value)),
        When(due, then=Value(Verdict.FIBRE.value)),
        default=Value(Verdict.OK.value),
        output_field=CharField(),
    )


def connections_asked(
    user: User, query: QueryDict, today: dt.date, year: int, *, whole: bool = False
) -> Any:
    """The sites that the address bar asks for; ``whole``: whatever their verdict."""
    sites = connections_seen(user, today, year).filter(search_q(query.get("q", "")))
    sites = narrowed(sites, FILTERS, query)
    return sites if whole else narrowed(sites, (VERDICT,), query)


@dataclass(frozen=True, slots=True)
class Totals:
    """The figures above the list, of every verdict."""

    sites: int
    verdicts: dict[str, int]
    speeds: list[tuple[Any, int, int]]
    """Words, sites on fibre, other sites."""
    mean: int
    """Mean contracted Mbit/s down of the sites with a line (K5)."""

    @property
    def words(self) -> list[Any]:
        return [str(word) for word, _fibre, _other in self.speeds]

    @property
    def series(self) -> list[tuple[Any, list[int]]]:
        return [
            (_("fibre"), [fibre for _word, fibre, _other in self.speeds]),
            (_("autre technologie ou aucune"), [other for _word, _fibre, other in self.speeds]),
        ]


def totals_of(rows: Any) -> Totals:
    """One pass over the sites, judged here: the database would count pupils once per case."""
    facts: list[tuple[int, str, int, bool]] = list(
        rows.order_by().values_list("down", "technology", "pupils", "excused")
    )
    told = [
        (judge(Facts(pupils, down or None, technology in FIBRE, excused)), down, technology)
        for down, technology, pupils, excused in facts
    ]
    speeds = [
        (
            word,
            sum(1 for _v, down, tech in told if least <= down < below and tech in FIBRE),
            sum(1 for _v, down, tech in told if least <= down < below and tech not in FIBRE),
        )
        for _key, word, least, below in SPEEDS
    ]
    lines = [down for _verdict, down, _technology in told if down]
    return Totals(
        sites=len(told),
        verdicts=dict(Counter(verdict.value for verdict, _down, _technology in told)),
        speeds=speeds,
        mean=round(sum(lines) / len(lines)) if lines else 0,
    )


def technology_word(technology: str) -> Any:
    """The label of a technology; empty for none."""
    return Technology(technology).label if technology else ""

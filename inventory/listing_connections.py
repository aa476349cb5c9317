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
    BooleanField,
    Case,
    CharField,
    Count,
    F,
    FilteredRelation,
    IntegerField,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from inventory.connection_words import VERDICTS
from inventory.models import FIBRE, FibreException, Operator, Reach, Technology
from inventory.rules.connections import FIBRE_ABOVE, FLOOR_MBPS, GIGA_MBPS, Verdict
from schools.counts import pupils
from schools.filters import Filter, by, narrowed
from schools.keyset import KEY, Column
from schools.listing import PUPILS, SCHOOL, search_q
from schools.models import Headcount, Network, Province, Site, User

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


def lines_seen(user: User) -> Any:
    """Open sites of the person's scope with their main line. ``down`` 0: none is active."""
    return (
        Site.objects.visible_to(user)
        .open()
        .annotate(
            line=FilteredRelation(
                "subscriptions",
                condition=Q(subscriptions__state="active", subscriptions__role="main"),
            ),
            down=Coalesce(F("line__down_mbps"), 0, output_field=IntegerField()),
            technology=Coalesce(F("line__technology"), Value(""), output_field=CharField()),
        )
    )


def judged_by(rows: Any, user: User, today: dt.date, year: int) -> Any:
    """With the ``verdict``, by sets that PostgreSQL makes once: large sites, excused sites."""
    return rows.annotate(
        verdict=_verdict(_large(user, year), FibreException.objects.in_force(today))
    )


def told_of(rows: Any, user: User, year: int) -> Any:
    """With all that a list shows of a line; pupils are counted for the rows of a page alone."""
    return rows.select_related("school", "municipality", "infrastructure").annotate(
        up=F("line__up_mbps"),
        operator=F("line__operator__name"),
        price=F("line__price_month"),
        pupils=pupils("site", year, user),
    )


def connections_seen(user: User, today: dt.date, year: int) -> Any:
    """Open sites of the person's scope, judged, with all that is told of their lines."""
    return judged_by(told_of(lines_seen(user), user, year), user, today, year)


def _large(user: User, year: int) -> Any:
    """Sites of more than 400 pupils, as a set."""
    counts = Headcount.objects.visible_to(user).filter(year=year).order_by().values("site")
    return counts.annotate(n=Sum("pupils")).filter(n__gt=FIBRE_ABOVE)


def _verdict(large: Any, excused: Any) -> Case:
    """``judge``, in SQL; the order of the cases is the rule's."""
    due = ~Q(technology__in=FIBRE) & Q(pk__in=large.values("site"))
    return Case(
        When(down=0, then=Value(Verdict.NONE.value)),
        When(down__lt=FLOOR_MBPS, then=Value(Verdict.FLOOR.value)),
        When(
            due,
            then=Case(
                When(pk__in=excused.order_by().values("site"), then=Value(Verdict.EXCEPTION.value)),
                default=Value(Verdict.FIBRE.value),
            ),
        ),
        default=Value(Verdict.OK.value),
        output_field=CharField(),
    )


def asked_of(rows: Any, query: QueryDict) -> Any:
    """The sites that the address bar asks for, whatever their verdict."""
    return narrowed(rows.filter(search_q(query.get("q", ""))), FILTERS, query)


def connections_asked(user: User, query: QueryDict, today: dt.date, year: int) -> Any:
    """The sites that the address bar asks for. Judged by PostgreSQL where it asks for a verdict;
    a page judges its own rows (:func:`judge`)."""
    rows = asked_of(told_of(lines_seen(user), user, year), query)
    if query.get(VERDICT.name) not in VERDICTS:
        return rows
    return narrowed(judged_by(rows, user, today, year), (VERDICT,), query)


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


def totals_of(user: User, query: QueryDict, today: dt.date, year: int) -> Totals:
    """One pass over the sites, counted by PostgreSQL; a few dozen groups come back."""
    rows = judged_by(asked_of(lines_seen(user), query), user, today, year)
    groups = list(
        rows.order_by()
        .annotate(
            speed=Case(
                *(When(down__lt=below, then=Value(key)) for key, _w, _least, below in SPEEDS),
                output_field=CharField(),
            ),
            fibre=Case(
                When(technology__in=FIBRE, then=Value(True)),
                default=Value(False),
                output_field=BooleanField(),
            ),
        )
        .values_list("verdict", "speed", "fibre")
        .annotate(n=Count("pk"), mbps=Sum("down"))
    )
    verdicts: Counter[str] = Counter()
    speeds: Counter[tuple[str, bool]] = Counter()
    for verdict, speed, fibre, n, _mbps in groups:
        verdicts[verdict] += n
        speeds[speed, fibre] += n
    lines = verdicts.total() - verdicts[Verdict.NONE.value]
    return Totals(
        sites=verdicts.total(),
        verdicts=dict(verdicts),
        speeds=[(word, speeds[key, True], speeds[key, False]) for key, word, _a, _b in SPEEDS],
        mean=round(sum(mbps for *_rest, mbps in groups) / lines) if lines else 0,
    )


def technology_word(technology: str) -> Any:
    """The label of a technology; empty for none."""
    return Technology(technology).label if technology else ""

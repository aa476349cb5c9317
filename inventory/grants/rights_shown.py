"""A school's drawing right in one picture: the bar, the years, where the amount comes from."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Max, Q, Sum
from django.utils.translation import gettext as _

from inventory.grants.actions.rights.formulas import rules_of
from inventory.grants.actions.rights.refusals import euros
from inventory.grants.models.rights.ledger import (
    Account,
    Draw,
    DrawingRight,
    Entry,
    Movement,
)
from inventory.grants.models.rights.programmes import Computation
from inventory.grants.models.rights.standing import COLUMNS, Standing, standing_from
from inventory.grants.rules.rights.computing import part
from inventory.grants.rules.rights.schedule import count_year, release_day
from inventory.grants.rules.rights.years import school_year, year_words
from schools.models import Site

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the bar: from where, how wide, in per cent; ``tells`` whether its figure fits."""

    key: str
    word: str
    amount: Decimal
    x: float
    width: float
    tells: bool
    sentence: str

    @property
    def label_x(self) -> float:
        return self.x + 0.8


@dataclass(frozen=True, slots=True)
class Coming:
    """The next part: how much is expected, when, and on which count."""

    amount: Decimal
    on: dt.date
    count_on: str


@dataclass
class Year:
    """A school year of the chart. ``planned``: expected, not released yet."""

    year: int
    released: Decimal = NOTHING
    consumed: Decimal = NOTHING
    committed: Decimal = NOTHING
    reserved: Decimal = NOTHING
    planned: bool = False
    day: dt.date | None = None

    @property
    def words(self) -> str:
        return year_words(self.year)

    @property
    def short(self) -> str:
        return f"{self.year % 100:02d}-{(self.year + 1) % 100:02d}"

    @property
    def used(self) -> Decimal:
        return self.consumed + self.committed + self.reserved


@dataclass
class Picture:
    """What the page of a right shows of some sites together."""

    standing: Standing
    segments: list[Segment]
    released_width: float
    usable_until: dt.date | None
    coming: Coming | None
    years: list[Year]
    rights: list[DrawingRight]
    latest: dict[int, Computation] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.rights

    @property
    def alternative(self) -> str:
        """The bar in one sentence."""
        return ", ".join(f"{one.word} {euros(one.amount)}" for one in self.segments)


def picture_of(sites: Sequence[Site], today: dt.date) -> Picture:
    """Of programmes whose period is not over. A handful of queries, however many sites."""
    rights = (
        DrawingRight.objects.filter(site__in=[site.pk for site in sites], usable_until__gte=today)
        .select_related("programme", "site__school")
        .order_by("usable_until", "site__name", "pk")
    )
    return picture_of_rights(list(rights), today)


def picture_of_rights(rights: list[DrawingRight], today: dt.date) -> Picture:
    """Of these together, their period over or not."""
    standing = standing_from(
        {name: sum((getattr(one, name) for one in rights), NOTHING) for name in COLUMNS}
    )
    latest = latest_computations(rights)
    coming = _coming(rights, latest, today)
    until = min((right.usable_until for right in rights), default=None)
    segments = _segments(standing, until, coming)
    return Picture(
        standing=standing,
        segments=segments,
        released_width=100 - (segments[-1].width if segments else 0),
        usable_until=until,
        coming=coming,
        years=_years(rights, coming),
        rights=rights,
        latest=latest,
    )


def latest_computations(rights: Sequence[DrawingRight]) -> dict[int, Computation]:
    """Right → the computation of its last release. One query."""
    ours = {(right.programme_id, right.site_id): right.pk for right in rights}
    rows = (
        Computation.objects.filter(site__in=[right.site_id for right in rights])
        .select_related("formula__programme")
        .order_by("year", "at", "pk")
    )
    return {
        ours[row.programme_id, row.site_id]: row
        for row in rows
        if (row.programme_id, row.site_id) in ours
    }


def _coming(
    rights: Sequence[DrawingRight], latest: dict[int, Computation], today: dt.date
) -> Coming | None:
    """The next release of the first programme that has one."""
    found: dict[dt.date, Decimal] = defaultdict(lambda: NOTHING)
    counts: dict[dt.date, str] = {}
    rules = {one.formula_id: rules_of(one.formula) for one in latest.values()}
    for right in rights:
        one = latest.get(right.pk)
        if (
            one is None
            or right.usable_until < today
            or one.year + 1 not in right.programme.school_years
        ):
            continue
        known, index = rules[one.formula_id], one.year + 1 - right.programme.first_year
        day = release_day(known, right.programme.first_year, index)
        found[day] += part(known, index, one.amount)
        counts[day] = f"15/01/{count_year(known, one.year + 1)}"
    if not found:
        return None
    first = min(found)
    return Coming(found[first], first, counts[first])


def _segments(standing: Standing, until: dt.date | None, coming: Coming | None) -> list[Segment]:
    whole = standing.granted - standing.expired
    if whole <= 0:
        return []
    words: list[tuple[str, str, Decimal, str]] = [
        ("consumed", _("Consommé"), standing.consumed, _consumed()),
        ("committed", _("Engagé"), standing.committed, _("Accordé et commandé.")),
        ("reserved", _("Réservé"), standing.reserved, _reserved()),
        ("available", _("Disponible"), standing.available, _available(until)),
        ("unreleased", _("À libérer"), standing.to_release, _to_release(coming)),
    ]
    segments, x = [], 0.0
    for key, word, amount, sentence in words:
        width = round(float(amount / whole * 100), 3)
        tells = width >= 9
        segments.append(Segment(key, word, amount, round(x, 3), width, tells, sentence))
        x += width
    return segments


def _consumed() -> str:
    return _("Livré et signé. Ce matériel est dans votre inventaire.")


def _reserved() -> str:
    return _("Demandé dans un dossier. Rendu si le dossier est refusé.")


def _available(until: dt.date | None) -> str:
    if until is None:
        return ""
    return _("Vous pouvez l’utiliser maintenant, jusqu’au %(day)s.") % {"day": f"{until:%d/%m/%Y}"}


def _to_release(coming: Coming | None) -> str:
    if coming is None:
        return _("Tout ce qui est prévu est libéré.")
    return _("Le %(day)s, recalculé sur le comptage du %(count)s.") % {
        "day": f"{coming.on:%d/%m/%Y}",
        "count": coming.count_on,
    }


def _years(rights: Sequence[DrawingRight], coming: Coming | None) -> list[Year]:
    """Each school year of the programmes, in two queries."""
    if not rights:
        return []
    keys = [right.pk for right in rights]
    programmes = {right.programme_id: right.programme for right in rights}
    first = min(one.first_year for one in programmes.values())
    last = max(one.school_years[-1] for one in programmes.values())
    years = {year: Year(year) for year in range(first, last + 1)}
    _add_entries(years, keys)
    _add_open(years, keys)
    for year in years.values():
        year.day = dt.date(year.year, 9, 1)
    if coming is not None and (following := years.get(school_year(coming.on))):
        following.released, following.planned = coming.amount, True
        following.day = coming.on
    return [years[year] for year in sorted(years)]


def _add_entries(years: dict[int, Year], rights: Sequence[int]) -> None:
    rows = (
        Entry.objects.filter(right__in=rights)
        .order_by()
        .values_list("movement__year")
        .annotate(
            outside=Sum("amount", filter=Q(account__in=(Account.GRANTED, Account.UNRELEASED))),
            consumed=Sum("amount", filter=Q(account=Account.CONSUMED)),
        )
    )
    for year, outside, consumed in rows:
        if year in years:
            years[year].released -= outside or NOTHING
            years[year].consumed += consumed or NOTHING


def _add_open(years: dict[int, Year], rights: Sequence[int]) -> None:
    """What files still hold, in the year of their last move."""
    held = Draw.objects.open().filter(right__in=rights)
    causes = held.values("cause")
    moved = Movement.objects.filter(cause__in=causes).values_list("cause").annotate(y=Max("year"))
    when = dict(moved.order_by())
    for draw in held:
        if (year := when.get(draw.cause)) in years:
            years[year].committed += draw.committed
            years[year].reserved += draw.reserved

"""The equity board's figures: per school in a dozen queries for any number, summed upward.

Whoever runs a school reads its figures exactly; everybody else reads counts of five and more
(``Row.told``), hidden so that no total gives a hidden one away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Count, Min, Q, Sum
from django.utils.translation import gettext as _

from byod.listing_lines import unused_lines
from byod.models.equity.line_loans import LineLoan
from byod.models.equity.requests import WAITING, LoanRequest, RequestState
from byod.models.equity.targets import EquityTarget
from byod.models.equity.waiting import own_supply
from byod.models.loans.loans import Loan, LoanState
from byod.models.people.members import UNCONNECTED, UNEQUIPPED, Member
from byod.rules.equity.masking import masked
from byod.rules.equity.order import Supply
from byod.rules.equity.targets import Budget, budget_of, target_of, unmet
from byod.rules.privacy import FEWER, SMALLEST
from schools.counts import last_year
from schools.models import Headcount, Level, School, Site

LEVELS = (Level.SECONDARY, Level.CEFA)
"""Whose pupils count: BYOD and loans are of the secondary level (M40)."""
SENSITIVE = (
    "connected",
    "unequipped",
    "unconnected",
    "waiting",
    "served",
    "unmet",
    "devices_out",
    "lines_out",
    "lines_unused",
)
"""Counts of people."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one school, or of several together."""

    schools: int = 1
    pupils: int = 0
    connected: int = 0
    unequipped: int = 0
    unconnected: int = 0
    waiting: int = 0
    served: int = 0
    demand: int = 0
    supply: int = 0
    lines_free: int = 0
    unmet: int = 0
    devices_out: int = 0
    lines_out: int = 0
    lines_unused: int = 0
    lines_month: Decimal = Decimal(0)
    target: int = 0
    never_served: int = 0
    """Schools where something is waited for and nobody was ever served."""

    @property
    def budget(self) -> Budget:
        return budget_of(
            pupils=self.pupils,
            per_pupil=Decimal(settings.EQUITY_EUR_PER_PUPIL),
            target=self.target,
            device_year=Decimal(settings.EQUITY_DEVICE_YEAR_EUR),
            devices_out=self.devices_out,
            lines_month=self.lines_month,
        )


def total(rows: Collection[Figures]) -> Figures:
    """The sum of figures; of none, zeros."""
    names = [one.name for one in fields(Figures)]
    return Figures(**{name: sum(getattr(row, name) for row in rows) for name in names})


def figures_of(schools: Collection[int], year: int) -> dict[int, Figures]:
    """School → its figures. Queries do not grow with the schools."""
    keys = list(schools)
    pupils = _sums(Headcount.objects.filter(year=last_year(), level__in=LEVELS), keys, "pupils")
    members = Member.objects.present().pupils()
    connected = _counts(members.authorised(), keys)
    at_home = _several(
        members,
        keys,
        lacking=Q(equipment__in=UNEQUIPPED),
        offline=Q(equipment__in=UNCONNECTED),
    )
    asked = _several(
        LoanRequest.objects.all(),
        keys,
        waiting=Q(year=year, state__in=WAITING),
        demand=Q(year=year, state__in=WAITING, wants_device=True),
        served=Q(year=year, state=RequestState.SERVED),
        ever=Q(state=RequestState.SERVED),
    )
    devices = _counts(Loan.objects.filter(state=LoanState.OUT), keys)
    out = LineLoan.objects.out()
    lines = _counts(out, keys)
    month = _sums(out, keys, "line__plan__month_eur")
    unused = _counts(out.filter(line__in=unused_lines()), keys)
    own, percents = own_supply(keys), percents_of(keys)
    found = {}
    for key in keys:
        free = own.get(key, Supply())
        of_requests, of_home = asked[key], at_home[key]
        wanted = of_requests["demand"]
        found[key] = Figures(
            pupils=pupils.get(key, 0),
            connected=connected.get(key, 0),
            unequipped=of_home["lacking"],
            unconnected=of_home["offline"],
            waiting=of_requests["waiting"],
            served=of_requests["served"],
            demand=wanted,
            supply=free.devices,
            lines_free=free.lines,
            unmet=unmet(wanted, free.devices),
            devices_out=devices.get(key, 0),
            lines_out=lines.get(key, 0),
            lines_unused=unused.get(key, 0),
            lines_month=Decimal(month.get(key, 0)),
            target=target_of(pupils.get(key, 0), percents[key]),
            never_served=int(bool(of_requests["waiting"]) and not of_requests["ever"]),
        )
    return found


def _of(rows: Any, schools: list[int]) -> Any:
    """Rows of schools, told by their school."""
    return rows.filter(site__school__in=schools).order_by().values_list("site__school")


def _counts(rows: Any, schools: list[int]) -> dict[int, int]:
    return dict(_of(rows, schools).annotate(n=Count("pk")))


def _sums(rows: Any, schools: list[int], column: str) -> dict[int, Any]:
    return dict(_of(rows, schools).annotate(n=Sum(column)))


def _several(rows: Any, schools: list[int], **which: Q) -> dict[int, dict[str, int]]:
    """School → how many of each kind, in one pass over the rows."""
    found: dict[int, dict[str, int]] = defaultdict(lambda: dict.fromkeys(which, 0))
    counts = {name: Count("pk", filter=condition) for name, condition in which.items()}
    for school, *told in _of(rows, schools).annotate(**counts):
        found[school] = dict(zip(which, told, strict=True))
    return found


def percents_of(schools: Collection[int]) -> dict[int, Decimal]:
    """School → the share to equip: its own newest one, else the Region's."""
    default = Decimal(settings.EQUITY_TARGET_PERCENT)
    found = dict.fromkeys(schools, default)
    rows = EquityTarget.objects.filter(school__in=schools).order_by("set_at", "pk")
    found.update(rows.values_list("school", "percent"))
    return found


def secondary(schools: Any) -> Any:
    """Those that the board is about: pupils of the level were counted, or somebody waits."""
    counted = Headcount.objects.filter(level__in=LEVELS, pupils__gt=0, year=last_year())
    asked = LoanRequest.objects.values("site__school")
    return schools.filter(Q(pk__in=counted.values("site__school")) | Q(pk__in=asked))


def peers_of(schools: Any) -> dict[int, int]:
    """School → PO, of those of the board among these."""
    return dict(secondary(schools).values_list("pk", "authority"))


def provinces_of(schools: Collection[int]) -> dict[int, str]:
    """School → the province of its first open site."""
    rows = Site.objects.filter(school__in=schools).order_by()
    return dict(rows.values_list("school").annotate(p=Min("municipality__province")))


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the board: a province, a PO or a school. ``told``: counts as they may be shown."""

    key: str
    name: str
    figures: Figures
    told: dict[str, int | None]
    school: School | None = None
    parent: str = ""

    @property
    def used(self) -> Decimal | None:
        """The estimate of what was spent; none where it would tell a hidden count."""
        hidden = self.told["devices_out"] is None or self.told["lines_out"] is None
        return None if hidden else self.figures.budget.used


def rows_of(groups: Sequence[tuple[str, str, Figures, School | None]]) -> list[Row]:
    """Rows of provinces or POs with what may be told of them side by side."""
    told = _told_of([figures for _k, _n, figures, _s in groups])
    return [
        Row(key, name, figures, one, school)
        for (key, name, figures, school), one in zip(groups, told, strict=True)
    ]


def school_rows(
    schools: Sequence[School],
    peers: Mapping[int, int],
    figures: Mapping[int, Figures],
    exact: Collection[int],
) -> list[Row]:
    """Rows of schools. ``peers``: school → PO, of all schools that the person reads of; ``exact``:
    those that the person runs.

    A school is always hidden beside the same ones, whatever the filter: two views laid side by side
    tell no more than one. Where a PO is hidden beside others, one of its schools is: their sum is
    the PO.
    """
    beside: dict[int, list[int]] = defaultdict(list)
    for school, authority in sorted(peers.items()):
        beside[authority].append(school)
    told: dict[int, dict[str, int | None]] = {}
    authorities = _told_of([total([figures[key] for key in keys]) for keys in beside.values()])
    for keys, whole in zip(beside.values(), authorities, strict=True):
        parts = _told_of([figures[key] for key in keys])
        for name in SENSITIVE:
            if whole[name] is None and all(part[name] is not None for part in parts):
                min(parts, key=lambda part: part[name] or 0)[name] = None
        told.update(zip(keys, parts, strict=True))
    told |= {key: {name: getattr(figures[key], name) for name in SENSITIVE} for key in exact}
    return [Row(f"ecole-{one.pk}", one.name, figures[one.pk], told[one.pk], one) for one in schools]


def _told_of(rows: Sequence[Figures]) -> list[dict[str, int | None]]:
    columns = {name: masked([getattr(one, name) for one in rows]) for name in SENSITIVE}
    return [{name: column[place] for name, column in columns.items()} for place in range(len(rows))]


def told_total(
    figures: Figures, rows: Sequence[Row], *, exact: bool, narrowed: bool = False
) -> dict[str, int | None]:
    """The counts of a total as they may be shown: not where one row alone is hidden below it, nor
    of a part of the board (``narrowed``) where any is: that total stands beside the whole one."""
    told: dict[str, int | None] = {}
    for name in SENSITIVE:
        hidden = [row.told[name] for row in rows].count(None)
        shown = (
            None if hidden == 1 or (narrowed and hidden) else masked([getattr(figures, name)])[0]
        )
        told[name] = getattr(figures, name) if exact else shown
    return told


def told_words(told: Mapping[str, int | None], figures: Figures) -> dict[str, int | str]:
    """Counts as people read them: « moins de 5 », or « masqué » where it protects another one."""
    return {
        name: n
        if n is not None
        else str(FEWER if getattr(figures, name) < SMALLEST else _("masqué"))
        for name, n in told.items()
    }

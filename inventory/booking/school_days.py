"""The days of a site as booking needs them: lesson periods, and why it is closed."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventory.models import LessonGrid, LessonPeriod
from inventory.rules.booking import Day, Grid, Lesson, Piece, is_open_for, piece_of, usual_grid
from schools.calendars.hours import Opening
from schools.calendars.opening_shown import why_closed
from schools.calendars.timetables import ZONE, SiteHours, hours_in_force
from schools.models import Site


@dataclass(frozen=True)
class SchoolDays:
    """Read once for any number of days: its grids (latest first), and its hours."""

    site: Site
    grids: tuple[tuple[dt.date, Grid], ...]
    known: SiteHours

    @cached_property
    def hours(self) -> Opening:
        """When the site is open."""
        return self.known.hours(self.site.closed_on)

    @property
    def proposed(self) -> bool:
        """Whether the school has entered no grid: the usual one stands in."""
        return not self.grids

    def lessons(self, day: dt.date) -> Day:
        """The periods of that day, whether or not the school is open."""
        for begins, grid in self.grids:
            if begins <= day:
                return grid.get(day.weekday(), ())
        return usual_grid().get(day.weekday(), ())

    def why_closed(self, day: dt.date) -> str:
        """``vacances d’hiver``; empty for an open day."""
        if self.site.closed_on is not None and day >= self.site.closed_on:
            return _("implantation fermée")
        return "" if self.hours.of_day(day) else why_closed(self.known, day)

    def piece(self, day: dt.date, run: Day) -> Piece | None:
        """From the beginning of a run of periods to its end."""
        return piece_of(day, run[0].starts_min, run[-1].ends_min, ZONE)

    def is_open_for(self, day: dt.date, piece: Piece) -> bool:
        """Whether the site is open for the whole of it."""
        return is_open_for(piece, day, self.hours)

    def hours_words(self, day: dt.date) -> str:
        """``08:00–12:00``: when the site is open that day."""
        return ", ".join(str(span) for span in self.hours.spans_of(day))


def school_days(site: Site, first: dt.date) -> SchoolDays:
    """The days of a site (with its school) from ``first`` on. Four queries, fewer when known."""
    periods: dict[dt.date, dict[int, list[Lesson]]] = defaultdict(lambda: defaultdict(list))
    grids = LessonGrid.objects.filter(school=site.school_id).values_list("from_on", flat=True)
    begins = sorted(grids, reverse=True)
    rows = LessonPeriod.objects.filter(grid__school=site.school_id).select_related("grid")
    for row in rows.order_by("weekday", "rank"):
        lesson = Lesson(row.rank, row.starts_min, row.ends_min, row.name)
        periods[row.grid.from_on][row.weekday].append(lesson)
    told = tuple(
        (day, {weekday: tuple(run) for weekday, run in periods[day].items()}) for day in begins
    )
    return SchoolDays(site, told, hours_in_force(site, first))


def ordinal(rank: int) -> str:
    """``1re``, ``3e``."""
    return _("1re") if rank == 1 else _("%(n)de") % {"n": rank}


def periods_words(ranks: list[int]) -> str:
    """``3e période``, ``3e à 5e période``."""
    if not ranks:
        return ""
    if len(ranks) == 1:
        return _("%(nth)s période") % {"nth": ordinal(ranks[0])}
    told = {"first": ordinal(ranks[0]), "last": ordinal(ranks[-1])}
    return _("%(first)s à %(last)s période") % told


def day_words(day: dt.date) -> str:
    """``mardi 24 novembre``."""
    return date_format(day, "l j F")

"""A week of a site: each bookable, each period, free or taken by whom. Five queries of its own,
however many bookings there are."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from inventory.access.booking import can_book
from inventory.booking.health import Health, health_of
from inventory.booking.school_days import SchoolDays, ordinal, school_days
from inventory.models import Bookable, Booking, BookingState
from inventory.models.booking import SHOWN
from inventory.rules.booking import Day, Lesson, Piece, lies_within, overlaps
from schools.calendars.timetables import ZONE
from schools.models import Site, User

FREE, TAKEN, MINE, OFF, PAST = "free", "taken", "mine", "off", "past"


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day of the week: its periods, or why the school is closed."""

    day: dt.date
    lessons: Day
    closed: str
    is_today: bool

    @property
    def columns(self) -> int:
        """How many columns it takes in the table."""
        return 1 if self.closed else max(len(self.lessons), 1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One or several periods of a bookable's day."""

    kind: str
    day: dt.date
    run: Day
    booking: Booking | None = None

    @property
    def width(self) -> int:
        return max(len(self.run), 1)

    @property
    def periods(self) -> str:
        """``3e``, ``3e–4e``."""
        first, last = ordinal(self.run[0].rank), ordinal(self.run[-1].rank)
        return first if first == last else f"{first}–{last}"

    @property
    def hours(self) -> str:
        """``10:10–11:50``."""
        return f"{self.run[0].hours.split('–')[0]}–{self.run[-1].hours.split('–')[1]}"

    @property
    def who(self) -> str:
        """Whoever has it."""
        person = self.booking.person if self.booking else None
        return str(person) if person else _("ancien membre")

    @property
    def label(self) -> str:
        """What a screen reader says of it."""
        told = {
            "day": date_format(self.day, "l j F"),
            "periods": self.periods,
            "who": self.who,
            "what": self.booking.class_text if self.booking else "",
        }
        if self.kind == FREE:
            return _("Réserver : %(day)s, %(periods)s période, libre") % told
        text = _("%(day)s, %(periods)s période, pris par %(who)s") % told
        return f"{text}, {told['what']}" if told["what"] else text


@dataclass(frozen=True, slots=True)
class Row:
    """A bookable's week."""

    bookable: Bookable
    health: Health
    may_book: bool
    days: tuple[tuple[Cell, ...], ...]
    """One entry a day; a closed day has none."""


@dataclass(frozen=True, slots=True)
class Week:
    """Monday to Friday, and a weekend day on which the site is open."""

    first: dt.date
    days: tuple[DayShown, ...]
    rows: tuple[Row, ...]
    proposed: bool
    """The school has entered no lesson periods: the usual ones stand in."""

    @property
    def pairs(self) -> list[tuple[Row, list[tuple[DayShown, tuple[Cell, ...]]]]]:
        """Each row with its days, for the table."""
        return [(row, list(zip(self.days, row.days, strict=True))) for row in self.rows]

    def of_day(self, day: dt.date) -> tuple[DayShown, list[tuple[Row, tuple[Cell, ...]]]] | None:
        """One day of it, for the list of a phone."""
        for at, shown in enumerate(self.days):
            if shown.day == day:
                return shown, [(row, row.days[at]) for row in self.rows]
        return None


def monday_of(day: dt.date) -> dt.date:
    """The Monday of its week."""
    return day - dt.timedelta(days=day.weekday())


def week_of(user: User, site: Site, monday: dt.date, now: dt.datetime) -> Week:
    """The week of a site that the person sees (with its school)."""
    bookables = list(
        Bookable.objects.visible_to(user).filter(site=site).offered().select_related("room")
    )
    for one in bookables:
        one.site = site
    days = school_days(site, monday)
    shown = tuple(_days(days, monday, timezone.localdate(now)))
    taken = _taken(bookables, monday)
    health = health_of(bookables)
    rows = tuple(
        _row(user, one, health[one.pk], shown, days, taken[one.pk], now) for one in bookables
    )
    return Week(monday, shown, rows, days.proposed)


def _days(days: SchoolDays, monday: dt.date, today: dt.date) -> Iterator[DayShown]:
    for step in range(7):
        day = monday + dt.timedelta(days=step)
        closed, lessons = days.why_closed(day), days.lessons(day)
        if step < 5 or (lessons and not closed):
            told = closed or ("" if lessons else _("pas de cours"))
            yield DayShown(day, lessons, told, day == today)


def _taken(bookables: Sequence[Bookable], monday: dt.date) -> dict[int, list[Booking]]:
    begin = dt.datetime.combine(monday, dt.time(0), ZONE)
    window = (begin, dt.datetime.combine(monday + dt.timedelta(days=7), dt.time(0), ZONE))
    rows = Booking.objects.filter(
        bookable__in=bookables, span__overlap=window, state__in=SHOWN
    ).select_related("person")
    found: dict[int, list[Booking]] = defaultdict(list)
    for row in rows.order_by("span"):
        found[row.bookable_id].append(row)
    return found


def _row(  # noqa: PLR0917  plain values of one question
    user: User,
    one: Bookable,
    health: Health,
    shown: Sequence[DayShown],
    days: SchoolDays,
    taken: Sequence[Booking],
    now: dt.datetime,
) -> Row:
    may = bool(can_book(user, one))
    last = timezone.localdate(now) + dt.timedelta(days=one.ahead_days)
    cells: list[tuple[Cell, ...]] = []
    for day in shown:
        if day.closed:
            cells.append(())
            continue
        reach = now if day.day <= last else None
        cells.append(tuple(_merged(_cells(user, one, day, days, taken, reach))))
    return Row(one, health, may, tuple(cells))


def _cells(  # noqa: PLR0917  plain values of one question
    user: User,
    one: Bookable,
    day: DayShown,
    days: SchoolDays,
    taken: Sequence[Booking],
    now: dt.datetime | None,
) -> Iterator[Cell]:
    for lesson in day.lessons:
        piece = days.piece(day.day, (lesson,))
        if piece is None:
            continue
        if booking := _at(taken, piece):
            kind = MINE if booking.person_id == user.pk else TAKEN
            yield Cell(kind, day.day, (lesson,), booking)
        else:
            yield Cell(_idle(one, day.day, lesson, piece, days, taken, now), day.day, (lesson,))


def _at(taken: Sequence[Booking], piece: Piece) -> Booking | None:
    for row in taken:
        if overlaps(piece, (row.starts_at, row.ends_at)):
            return row
    return None


def _idle(  # noqa: PLR0917  plain values of one question
    one: Bookable,
    day: dt.date,
    lesson: Lesson,
    piece: Piece,
    days: SchoolDays,
    taken: Sequence[Booking],
    now: dt.datetime | None,
) -> str:
    """Free, past, or out of reach: closed hours, the buffer of a booking, too far ahead."""
    if now is not None and piece[1] <= now:
        return PAST
    held = any(
        overlaps(piece, (row.blocked.lower, row.blocked.upper))
        for row in taken
        if row.state != BookingState.RETURNED
    )
    open_then = days.is_open_for(day, piece)
    own_hours = lies_within((lesson,), one.opens_min, one.closes_min)
    return FREE if now is not None and open_then and own_hours and not held else OFF


def _merged(cells: Iterator[Cell]) -> Iterator[Cell]:
    """Neighbouring periods of one booking become one cell."""
    last: Cell | None = None
    for cell in cells:
        if last and last.booking and cell.booking and last.booking.pk == cell.booking.pk:
            last = Cell(last.kind, last.day, (*last.run, *cell.run), last.booking)
            continue
        if last:
            yield last
        last = cell
    if last:
        yield last

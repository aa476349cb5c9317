"""What somebody asks for, the slot that it means, and why it cannot be."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import timezone
from django.utils.translation import gettext as _

from inventory.booking.school_days import SchoolDays, day_words, periods_words
from inventory.models import Bookable, Booking
from inventory.rules.booking import Day, Piece, lies_within, run_of, with_buffer
from schools.models.calendars import clock_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """Some periods of a day, for a class."""

    day: dt.date
    first: int
    last: int
    class_text: str = ""
    purpose: str = ""

    def on(self, day: dt.date) -> Wanted:
        """The same on another day."""
        return replace(self, day=day)


@dataclass(frozen=True, slots=True)
class Slot:
    """A run of periods, and the instants that it takes."""

    day: dt.date
    run: Day
    piece: Piece

    @property
    def ranks(self) -> list[int]:
        """The numbers of its periods."""
        return [lesson.rank for lesson in self.run]

    @property
    def words(self) -> str:
        """``mardi 24 novembre, 3e à 4e période (10:10–11:50)``."""
        hours = f"{clock_text(self.run[0].starts_min)}–{clock_text(self.run[-1].ends_min)}"
        return f"{day_words(self.day)}, {periods_words(self.ranks)} ({hours})"


class SlotImpossible(ValueError):
    """A slot that nobody may book; the text says why and what to do."""


class SlotTaken(SlotImpossible):
    """Somebody has it. ``holder`` is their booking."""

    def __init__(self, holder: Booking) -> None:
        self.holder = holder
        super().__init__(taken_words(holder))


def taken_words(holder: Booking) -> str:
    """Who has it, for which class, when."""
    told = {
        "name": str(holder.person) if holder.person else _("un ancien membre de l’équipe"),
        "day": day_words(timezone.localtime(holder.starts_at).date()),
        "periods": periods_words(holder.periods),
        "what": holder.bookable.name,
    }
    text = _("%(what)s est pris par %(name)s, %(day)s, %(periods)s") % told
    return f"{text} ({holder.class_text})." if holder.class_text else f"{text}."


def slot_of(bookable: Bookable, wanted: Wanted, days: SchoolDays, now: dt.datetime) -> Slot:
    """The slot that is asked for. Raises SlotImpossible with the reason. Whether somebody has it
    is not its question."""
    if bookable.withdrawn_on is not None:
        raise SlotImpossible(_("« %(name)s » n’est plus partagé.") % {"name": bookable.name})
    day = wanted.day
    _refuse_day(bookable, day, timezone.localdate(now))
    if closed := days.why_closed(day):
        told = {"day": day_words(day), "why": closed}
        raise SlotImpossible(_("L’école est fermée le %(day)s : %(why)s.") % told)
    run = run_of(days.lessons(day), wanted.first, wanted.last)
    piece = days.piece(day, run) if run else None
    if piece is None:
        told = {"day": day_words(day)}
        raise SlotImpossible(_("Cette période n’existe pas le %(day)s.") % told)
    _refuse_time(bookable, day, run, piece, days, now)
    return Slot(day, run, piece)


def _refuse_day(bookable: Bookable, day: dt.date, today: dt.date) -> None:
    """Before anything is reckoned: calendars end with the year 9999."""
    if day < today - dt.timedelta(days=1):
        raise SlotImpossible(_("Cette période est passée : choisissez-en une à venir."))
    if (day - today).days > bookable.ahead_days:
        told = {"days": bookable.ahead_days, "name": bookable.name}
        raise SlotImpossible(_("« %(name)s » se réserve %(days)d jours à l’avance au plus.") % told)


def _refuse_time(  # noqa: PLR0917  plain values of one question
    bookable: Bookable, day: dt.date, run: Day, piece: Piece, days: SchoolDays, now: dt.datetime
) -> None:
    start, end = piece
    if end <= now:
        raise SlotImpossible(_("Cette période est passée : choisissez-en une à venir."))
    if not days.is_open_for(day, piece):
        told = {"day": day_words(day), "hours": days.hours_words(day)}
        raise SlotImpossible(_("L’école est ouverte de %(hours)s le %(day)s.") % told)
    if not lies_within(run, bookable.opens_min, bookable.closes_min):
        told = {
            "name": bookable.name,
            "opens": clock_text(bookable.opens_min),
            "closes": clock_text(bookable.closes_min),
        }
        raise SlotImpossible(_("« %(name)s » est disponible de %(opens)s à %(closes)s.") % told)
    if end - start > dt.timedelta(minutes=bookable.longest_min):
        hours, minutes = divmod(bookable.longest_min, 60)
        told = {"name": bookable.name, "longest": f"{hours} h {minutes:02d}"}
        raise SlotImpossible(
            _("« %(name)s » se réserve %(longest)s au plus. Prenez moins de périodes.") % told
        )


def holder_of(bookable: Bookable, piece: Piece, *, but: int = 0) -> Booking | None:
    """Whoever has some of that time, buffers included; ``but`` one booking, which moves."""
    blocked = with_buffer(piece, bookable.buffer_min)
    held = Booking.objects.filter(bookable=bookable, blocked__overlap=blocked).holding()
    return held.exclude(pk=but).select_related("person", "bookable").order_by("span").first()

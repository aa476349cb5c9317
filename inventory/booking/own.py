"""One's own bookings: today, to come, late, broken ones with what else is free; one's waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from inventory.booking.health import Health, health_of
from inventory.booking.school_days import periods_words
from inventory.models import Bookable, Booking, BookingState, Wish
from inventory.models.booking import HOLDING, SHOWN
from schools.models import User

MOST = 100


@dataclass(frozen=True, slots=True)
class Own:
    """A booking of one's own, as the list tells it."""

    row: Booking
    periods: str
    health: Health
    instead: tuple[Bookable, ...]
    """Others of its kind at the site that are free and sound, when it is broken."""
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """A slot that one waits for; ``free``: it is one's turn."""

    wish: Wish
    periods: str


@dataclass(frozen=True, slots=True)
class OwnBookings:
    """All that the page of one's own bookings says."""

    rows: list[Own]
    waits: list[Waiting]


def own_bookings(user: User, now: dt.datetime, *, past: bool = False) -> OwnBookings:
    """To come, the next one first; or past ones, the latest first. Seven queries at most."""
    rows = Booking.objects.visible_to(user).filter(person=user)
    if past:
        rows = rows.filter(span__endswith__lte=now).exclude(state=BookingState.OUT)
        rows = rows.order_by("-span")
    else:
        coming = rows.filter(span__endswith__gt=now, state__in=SHOWN)
        rows = (coming | rows.filter(state=BookingState.OUT)).order_by("span")
    found = list(rows.select_related("bookable__site__school", "bookable__room")[:MOST])
    waits = Wish.objects.visible_to(user).filter(person=user).waiting(now)
    return OwnBookings(
        _told(found, now, past=past),
        [
            Waiting(wish, periods_words(wish.periods))
            for wish in waits.select_related("bookable__site__school")[:MOST]
        ],
    )


def _told(rows: list[Booking], now: dt.datetime, *, past: bool) -> list[Own]:
    bookables = {row.bookable_id: row.bookable for row in rows}
    health = health_of(bookables.values())
    broken = [row for row in rows if not past and health[row.bookable_id].broken]
    instead = _instead(broken) if broken else {}
    return [
        Own(
            row,
            periods_words(row.periods),
            health[row.bookable_id],
            tuple(instead.get(row.pk, ())),
            row.state == BookingState.OUT and row.ends_at < now,
        )
        for row in rows
    ]


def _instead(rows: list[Booking]) -> dict[int, list[Bookable]]:
    """For each booking of something broken, what else is there: three queries for all."""
    sites = {row.bookable.site_id for row in rows}
    others = list(Bookable.objects.offered().filter(site__in=sites).select_related("site"))
    sound = {pk for pk, one in health_of(others).items() if not one.broken}
    span = (min(row.starts_at for row in rows), max(row.ends_at for row in rows))
    held = Booking.objects.filter(
        bookable__in=others, state__in=HOLDING, blocked__overlap=span
    ).values_list("bookable", "blocked")
    taken = list(held)
    return {
        row.pk: [
            other
            for other in others
            if other.pk in sound
            and other.site_id == row.bookable.site_id
            and other.kind == row.bookable.kind
            and not any(
                pk == other.pk and blocked.lower < row.ends_at and row.starts_at < blocked.upper
                for pk, blocked in taken
            )
        ][:3]
        for row in rows
    }

"""What a school shares and keeps in stock, in one of everything (tests/world.py)."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from django.utils import timezone

from inventory.models import (
    Bookable,
    BookableDevice,
    Booking,
    CalendarFeed,
    Consumable,
    DeliveredDevice,
    Delivery,
    Device,
    LabelRun,
    LessonGrid,
    LessonPeriod,
    StockEntry,
    StockLine,
    Store,
    Wish,
)
from schools.models import Site, User
from tests.cast import GIVEN


@dataclass
class SharingWorld:
    """A set that holds the access point, booked once and waited for; three toners in a store."""

    lesson_grid: LessonGrid
    bookable: Bookable
    booking: Booking
    """Of the site's contact person, next month."""
    wish: Wish
    store: Store
    stock_line: StockLine
    stock_entry: StockEntry
    arrival: Delivery
    """The access point came with it."""
    label_run: LabelRun
    """The technician's alone."""


def make_sharing_world(piece: Device, person: User, technician: User, name: str) -> SharingWorld:
    """One of each at the piece's site; ``person`` books, ``technician`` receives."""
    grid, booking, wish = _make_booking(piece.site, piece, person, name)
    stock = _make_stock(piece.site, technician, name)
    return SharingWorld(
        lesson_grid=grid,
        bookable=booking.bookable,
        booking=booking,
        wish=wish,
        store=stock.store,
        stock_line=StockLine.objects.get(store=stock.store),
        stock_entry=stock,
        arrival=_make_delivery(piece, technician, name),
        label_run=LabelRun.objects.create(
            asked_by=technician,
            title=f"Tirage {name}",
            form="a4-24",
            base="https://preau.example.org",
            devices=[piece.pk],
            total=1,
        ),
    )


def _make_booking(
    site: Site, piece: Device, person: User, name: str
) -> tuple[LessonGrid, Booking, Wish]:
    """A shared set with one device, booked for an hour next month; somebody waits for it."""
    grid = LessonGrid.objects.create(school=site.school, from_on=GIVEN)
    LessonPeriod.objects.create(grid=grid, weekday=0, rank=1, starts_min=500, ends_min=550)
    bookable = Bookable.objects.create(site=site, name=f"Chariot {name}", kind="trolley")
    BookableDevice.objects.create(bookable=bookable, device=piece)
    begin = timezone.now().replace(microsecond=0) + dt.timedelta(days=30)
    span = (begin, begin + dt.timedelta(hours=1))
    booking = Booking.objects.create(
        bookable=bookable, span=span, blocked=span, person=person, approved_at=begin, periods=[1]
    )
    booking.refresh_from_db()
    CalendarFeed.objects.create(person=person, digest=hashlib.sha256(name.encode()).hexdigest())
    wish = Wish.objects.create(bookable=bookable, span=span, person=person, periods=[1])
    return grid, booking, wish


def _make_delivery(piece: Device, technician: User, name: str) -> Delivery:
    """The piece came alone."""
    made = Delivery.objects.create(reference=f"BL-{name}", received_on=GIVEN, made_by=technician)
    DeliveredDevice.objects.create(delivery=made, device=piece)
    return made


def _make_stock(site: Site, technician: User, name: str) -> StockEntry:
    """Three toners received at the site's own store."""
    consumable = Consumable.objects.create(name=f"Toner {name}", kind="toner")
    return StockEntry.objects.create(
        store=Store.objects.create(site=site, name=f"Stock {name}"),
        consumable=consumable,
        movement="received",
        quantity=3,
        key=uuid.uuid4(),
        actor=technician,
        actor_text=str(technician),
    )

"""What the demo schools share and have booked around today, and their stocks of consumables."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from decimal import Decimal

from django.utils import timezone

from inventory.actions.booking.set_lesson_grid import set_lesson_grid
from inventory.actions.consumables.open_store import open_store, set_reorder_level
from inventory.actions.consumables.receive_stock import receive_stock
from inventory.actions.consumables.use_consumable import use_consumable
from inventory.booking.school_days import SchoolDays, school_days
from inventory.booking.week import monday_of
from inventory.models import (
    Bookable,
    BookableDevice,
    Booking,
    Category,
    Consumable,
    Device,
    LessonGrid,
    Product,
    Store,
)
from inventory.rules.booking import run_of, usual_grid
from schools.models import Province, Site, User

NAMESPACE = uuid.UUID("3f4a1a36-35a5-4c94-9a59-5f6e3df9d0b2")
GRID_FROM = dt.date(2026, 8, 24)
PEOPLE: dict[str, tuple[str, ...]] = {
    "moulin": ("claire@preau.example", "bernard@preau.example"),
    "remparts": ("bernard@preau.example",),
    "kastanienhof": ("karl@preau.example",),
    "fontaine": ("anne@preau.example",),
}
"""Site → who books there."""
SHARED = (
    ("Chariot de portables", "trolley", 24, 10, "À brancher au retour."),
    ("Projecteur mobile", "projector", 1, 0, "Télécommande dans la sacoche."),
)
WEEK: tuple[tuple[int, int, int, int, str, str], ...] = (
    # bookable, day after Monday, first and last period, class, purpose
    (0, 0, 1, 2, "4TQ A", "Recherche documentaire"),
    (0, 1, 3, 4, "5G", "Évaluation en ligne"),
    (0, 3, 3, 3, "2C", ""),
    (0, 3, 6, 7, "6TQ", "Tableur"),
    (0, 4, 1, 1, "3G B", ""),
    (1, 0, 5, 5, "1C", "Film"),
    (1, 1, 2, 3, "4TQ A", "Exposés"),
    (1, 2, 2, 4, "6G", "Exposés"),
    (1, 4, 6, 7, "5G", ""),
)
WEEKS = 3
"""This week and the two after it."""
STOCK: tuple[tuple[str, str, str, str, int, int, int, int], ...] = (
    # name, kind, reference, price, received, used, level, order to
    ("Toner noir, MFC-L5710", "toner", "TN-3600", "68.40", 8, 6, 2, 6),
    ("Lampe de projecteur, EB-FH06", "lamp", "ELPLP97", "52.00", 3, 1, 1, 3),
    ("Piles AA, boîte de 20", "battery", "LR6-20", "9.90", 12, 9, 4, 12),
    ("Câble RJ45 de 3 m", "cable", "CAT6-3", "2.15", 40, 11, 10, 40),
    ("Adaptateur USB-C vers HDMI", "adapter", "UC-HDMI", "14.50", 6, 2, 2, 6),
)


def load_sharing(sites: Mapping[str, Site], today: dt.date) -> None:
    """Share, book and stock what is not there yet."""
    for slug, emails in PEOPLE.items():
        site = Site.objects.select_related("school").get(pk=sites[slug].pk)
        people = [User.objects.get(email=email) for email in emails]
        if Bookable.objects.filter(site=site).exists():
            continue
        if not LessonGrid.objects.filter(school=site.school_id).exists():
            set_lesson_grid(people[-1], site.school_id, GRID_FROM, usual_grid())
        shared = _share(site)
        Booking.objects.bulk_create(_bookings(site, shared, people, today))
    _stock(sites["moulin"], User.objects.get(email="claire@preau.example"))
    _van(User.objects.get(email="thomas@preau.example"))


def _share(site: Site) -> list[Bookable]:
    made = [
        Bookable.objects.create(
            site=site, name=name, kind=kind, count=count, buffer_min=buffer, notes=notes
        )
        for name, kind, count, buffer, notes in SHARED
    ]
    product, _made = Product.objects.get_or_create(
        maker="Epson", model="EB-FH06", defaults={"category": Category.PROJECTOR}
    )
    device, _made = Device.objects.get_or_create(
        site=site, name=SHARED[1][0], defaults={"product": product}
    )
    BookableDevice.objects.create(bookable=made[1], device=device)
    return made


def _bookings(
    site: Site, shared: list[Bookable], people: list[User], today: dt.date
) -> Iterator[Booking]:
    monday = monday_of(today)
    days = school_days(site, monday)
    for week in range(WEEKS):
        for rank, (which, step, first, last, class_text, purpose) in enumerate(WEEK):
            day = monday + dt.timedelta(days=7 * week + step)
            made = _booking(days, shared[which], day, first, last)
            if made is not None and (rank + week) % 4 != 3:  # some periods stay free
                made.person = people[rank % len(people)]
                made.class_text, made.purpose = class_text, purpose
                yield made


def _booking(
    days: SchoolDays, bookable: Bookable, day: dt.date, first: int, last: int
) -> Booking | None:
    run = run_of(days.lessons(day), first, last)
    piece = days.piece(day, run) if run and not days.why_closed(day) else None
    if piece is None:
        return None
    now = timezone.now()
    return Booking(
        bookable=bookable,
        span=piece,
        blocked=(piece[0], piece[1] + dt.timedelta(minutes=bookable.buffer_min)),
        approved_at=now,
        made_at=now,
        periods=[lesson.rank for lesson in run],
    )


def _stock(site: Site, by: User) -> None:
    """The school's store: two lines at their level, so that there is something to order."""
    store = open_store(by, site.pk)
    for name, kind, reference, price, received, used, level, order_to in STOCK:
        what = _consumable(name, kind, reference)
        key = uuid.uuid5(NAMESPACE, f"{store.pk} {reference}")
        receive_stock(by, store, what, received, Decimal(price), "BL-2026-114", key=key)
        use_consumable(by, store, what, used, key=uuid.uuid5(key, "used"))
        set_reorder_level(by, store.pk, what, level, order_to)


def _van(by: User) -> None:
    store, _made = Store.objects.get_or_create(
        holder=by, defaults={"name": "Camionnette de Thomas Noël", "province": Province.NAMUR}
    )
    for name, kind, reference, price, received, *_rest in STOCK[3:]:
        what = _consumable(name, kind, reference)
        key = uuid.uuid5(NAMESPACE, f"{store.pk} {reference}")
        receive_stock(by, store, what, received // 2, Decimal(price), key=key)


def _consumable(name: str, kind: str, reference: str) -> Consumable:
    found, _made = Consumable.objects.get_or_create(
        name=name, reference=reference, defaults={"kind": kind}
    )
    return found

"""A shared trolley, and a Tuesday of school on which to book it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from inventory.actions.booking.book import book
from inventory.booking.school_days import school_days
from inventory.booking.slots import Wanted
from inventory.models import Bookable, BookableKind, Booking
from schools.models import Site, User


def make_bookable(site: Site, name: str = "Chariot 1", **extra: Any) -> Bookable:
    values: dict[str, Any] = {"kind": BookableKind.TROLLEY, "count": 24} | extra
    return Bookable.objects.create(site=site, name=name, **values)


def school_day(weekday: int = 1, weeks: int = 2) -> dt.date:
    """A Tuesday two weeks ahead, or the next one that no calendar closes."""
    today, site = timezone.localdate(), Site.objects.select_related("school").first()
    assert site is not None
    days = school_days(site, today)
    day = today + dt.timedelta(days=7 * weeks + (weekday - today.weekday()) % 7)
    while days.why_closed(day):
        day += dt.timedelta(days=7)
    return day


def ask(user: User, bookable: Bookable, day: dt.date, first: int = 3, last: int = 4) -> Booking:
    return book(user, bookable.pk, Wanted(day, first, last, "4TQ A"), key=uuid.uuid4())

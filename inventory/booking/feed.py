"""A person's bookings as a calendar that their own program reads (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import icalendar
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from inventory.models import Booking, BookingState
from schools.models import User

PAST = dt.timedelta(days=30)
MOST = 500


def bookings_fed(person: User, now: dt.datetime) -> list[Booking]:
    """One's own, a month back and all to come, as far as one still sees them."""
    rows = Booking.objects.visible_to(person).filter(person=person, span__endswith__gt=now - PAST)
    rows = rows.exclude(state=BookingState.REFUSED).select_related("bookable__site__school")
    return list(rows.order_by("span")[:MOST])


def calendar_of(bookings: Iterable[Booking], now: dt.datetime) -> bytes:
    """The file: one event a booking; what was cancelled is told as such, so that it goes away."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Préau//Réservations//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Mes réservations, Préau"))
    for row in bookings:
        calendar.add_component(_event(row, now))
    written: bytes = calendar.to_ical()
    return written


def _event(row: Booking, now: dt.datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"booking-{row.pk}@preau")
    event.add("dtstamp", row.changed_at or now)
    event.add("sequence", row.version)
    event.add("dtstart", row.starts_at.astimezone(dt.UTC))
    event.add("dtend", row.ends_at.astimezone(dt.UTC))
    what = f"{row.bookable.name} ({row.class_text})" if row.class_text else row.bookable.name
    event.add("summary", what)
    event.add("location", str(row.bookable.site))
    if row.purpose:
        event.add("description", row.purpose)
    event.add("url", settings.PREAU_URL + reverse("inventory:booking", args=[row.pk]))
    event.add("status", _status(row))
    return event


def _status(row: Booking) -> str:
    if row.state == BookingState.CANCELLED:
        return "CANCELLED"
    return "TENTATIVE" if row.state == BookingState.ASKED else "CONFIRMED"

"""A slot is had by one: refusals name who has it, and what is free near."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from inventory.access.booking import BookingRefused
from inventory.actions.booking.book import book
from inventory.actions.booking.cancel_booking import cancel_booking, restore_booking
from inventory.actions.booking.change_booking import change_booking
from inventory.booking.free import near
from inventory.booking.school_days import school_days
from inventory.booking.slots import SlotImpossible, SlotTaken, Wanted
from inventory.models import Bookable, Booking, BookingState
from tests.inventory.booking.sharing import ask, make_bookable, school_day


def test_a_booking_takes_its_periods(cast):
    made = ask(cast.claire, make_bookable(cast.tilleuls), school_day())
    local = [timezone.localtime(at) for at in (made.starts_at, made.ends_at)]
    assert [f"{at:%H:%M}" for at in local] == ["10:10", "11:50"]
    assert made.periods == [3, 4]
    assert made.state == BookingState.BOOKED


def test_a_taken_slot_is_refused_with_its_holder(cast):
    trolley = make_bookable(cast.tilleuls)
    ask(cast.claire, trolley, school_day())
    with pytest.raises(SlotTaken, match=r"Claire Exemple.*4TQ A"):
        ask(cast.bernard, trolley, school_day(), 4, 5)
    assert ask(cast.bernard, trolley, school_day(), 5, 5).periods == [5]


def test_what_is_free_near_is_named(cast):
    trolley, other = make_bookable(cast.tilleuls), make_bookable(cast.tilleuls, "Chariot 2")
    ask(cast.claire, trolley, school_day())
    wanted = Wanted(school_day(), 3, 4)
    days = school_days(cast.tilleuls, wanted.day)
    found = near(cast.bernard, trolley, wanted, days, timezone.now())
    assert (found[0].bookable, found[0].same_time) == (other, True)
    assert [one.slot.ranks for one in found[1:]] == [[1, 2], [5, 6], [6, 7]]


def test_the_buffer_is_held_too(cast):
    trolley = make_bookable(cast.tilleuls, buffer_min=15)
    ask(cast.claire, trolley, school_day(), 1, 2)  # until 09:55, the third begins at 10:10
    assert ask(cast.bernard, trolley, school_day(), 3, 3)
    with pytest.raises(SlotTaken):
        ask(cast.bernard, trolley, school_day(), 4, 4)  # begins as the third ends


def test_the_same_key_twice_is_one_booking(cast):
    trolley, key = make_bookable(cast.tilleuls), uuid.uuid4()
    first, second = (
        book(cast.claire, trolley.pk, Wanted(school_day(), 1, 1), key=key) for _n in range(2)
    )
    assert first.pk == second.pk
    assert Booking.objects.count() == 1


def test_the_constraint_holds_without_the_action(cast):
    made = ask(cast.claire, make_bookable(cast.tilleuls), school_day())
    twin = Booking(bookable=made.bookable, span=made.span, blocked=made.blocked)
    twin.approved_at = timezone.now()
    with pytest.raises(IntegrityError, match="booking_never_twice"), transaction.atomic():
        twin.save()


@pytest.mark.parametrize(
    ("extra", "first", "last", "why"),
    [
        ({"longest_min": 60}, 1, 2, "1 h 00 au plus"),
        ({"opens_min": 600}, 1, 1, "disponible de 10:00"),
        ({"ahead_days": 3}, 1, 1, "3 jours à l’avance"),
        ({}, 9, 9, "n’existe pas"),
    ],
)
def test_limits_are_refused_with_their_reason(cast, extra, first, last, why):
    with pytest.raises(SlotImpossible, match=why):
        ask(cast.claire, make_bookable(cast.tilleuls, **extra), school_day(), first, last)


def test_a_closed_day_is_refused_with_its_reason(cast):
    holiday = dt.date(2027, 5, 17)  # Whit Monday, in the calendar of no Community
    assert timezone.localdate() < holiday
    trolley = make_bookable(cast.tilleuls, ahead_days=400)
    with pytest.raises(SlotImpossible, match=r"fermée le lundi 17 mai : .*Pentecôte"):
        ask(cast.claire, trolley, holiday, 1, 1)


def test_strangers_and_technicians_do_not_book(cast):
    trolley = make_bookable(cast.tilleuls)
    with pytest.raises(Bookable.DoesNotExist):
        ask(cast.karl, trolley, school_day())
    with pytest.raises(BookingRefused, match="équipe de son école"):
        ask(cast.thomas, trolley, school_day())
    with pytest.raises(BookingRefused, match="direction"):
        ask(cast.claire, make_bookable(cast.tilleuls, "VIP", bookers="heads"), school_day())


def test_a_cancelled_slot_is_free_and_may_be_had_back_while_it_is(cast):
    trolley = make_bookable(cast.tilleuls)
    made = ask(cast.claire, trolley, school_day())
    cancel_booking(cast.claire, made.pk)
    assert restore_booking(cast.claire, made.pk).state == BookingState.BOOKED
    cancel_booking(cast.claire, made.pk)
    ask(cast.bernard, trolley, school_day())
    with pytest.raises(SlotTaken, match="Bernard"):
        restore_booking(cast.claire, made.pk)


def test_it_moves_unless_somebody_changed_it_or_has_the_slot(cast):
    trolley = make_bookable(cast.tilleuls)
    made = ask(cast.claire, trolley, school_day())
    wanted = Wanted(school_day(), 4, 5, "5G")
    moved = change_booking(cast.claire, made.pk, wanted, version=made.version)
    assert (moved.periods, moved.class_text) == ([4, 5], "5G")
    with pytest.raises(SlotImpossible, match="entre-temps"):
        change_booking(cast.claire, made.pk, wanted, version=made.version)
    other = ask(cast.bernard, trolley, school_day(), 1, 1)
    with pytest.raises(SlotTaken):
        change_booking(cast.bernard, other.pk, wanted, version=other.version)

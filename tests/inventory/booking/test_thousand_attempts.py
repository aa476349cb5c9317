"""A thousand attempts at the same slot, over real connections: one has it."""

from __future__ import annotations

import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from inventory.actions.booking.book import book
from inventory.booking.slots import SlotTaken, Wanted
from inventory.models import Booking
from schools.models import User
from tests.cast import make_cast
from tests.inventory.booking.sharing import make_bookable, school_day

ATTEMPTS, CLERKS = 1000, 32


@pytest.mark.django_db(transaction=True)
def test_a_thousand_attempts_at_one_slot_make_one_booking():
    cast = make_cast()
    trolley = make_bookable(cast.tilleuls, buffer_min=10)
    wanted = Wanted(school_day(), 3, 4)

    def clerk(rank: int) -> Counter[str]:
        try:
            user = User.objects.get(pk=(cast.claire, cast.bernard)[rank % 2].pk)
            found: Counter[str] = Counter()
            for _n in range(ATTEMPTS // CLERKS + (rank < ATTEMPTS % CLERKS)):
                try:
                    book(user, trolley.pk, wanted, key=uuid.uuid4())
                    found["booked"] += 1
                except SlotTaken as error:
                    found["taken" if "pris par" in str(error) else "unexplained"] += 1
            return found
        finally:
            connection.close()

    with ThreadPoolExecutor(CLERKS) as pool:
        told = sum(pool.map(clerk, range(CLERKS)), Counter())
    assert told == {"booked": 1, "taken": ATTEMPTS - 1}
    assert Booking.objects.holding().count() == 1

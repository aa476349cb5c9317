"""The week and the stores in a real browser: accessible, within the width, by the keyboard."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.urls import reverse

from inventory.actions.booking.set_lesson_grid import set_lesson_grid
from inventory.actions.consumables.open_store import open_store
from inventory.actions.consumables.receive_stock import receive_stock
from inventory.models import Booking, Consumable, StockLine
from inventory.rules.booking import usual_grid
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast
from tests.inventory.booking.sharing import ask, make_bookable, school_day

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast) -> None:
    site, day = cast.tilleuls, school_day()
    set_lesson_grid(cast.bernard, site.school_id, day.replace(day=1), usual_grid())
    trolley = make_bookable(site)
    made = ask(cast.claire, trolley, day)
    ask(cast.bernard, trolley, day, 6, 6)
    store = open_store(cast.claire, site.pk)
    toner = Consumable.objects.create(name="Toner noir", kind="toner")
    receive_stock(cast.claire, store, toner, 3, key=uuid.uuid4())
    enter(page, cast.claire.email)
    urls = [
        f"{reverse('inventory:bookings')}?jour={day}",
        f"{reverse('inventory:booking_new', args=[trolley.pk])}?jour={day}&de=1",
        reverse("inventory:booking", args=[made.pk]),
        reverse("inventory:my_bookings"),
        reverse("inventory:share", args=[site.pk]),
        reverse("inventory:lesson_grid", args=[site.school_id]),
        reverse("inventory:consumables"),
        reverse("inventory:store", args=[store.pk]),
        reverse("inventory:stock_utiliser", args=[store.pk]),
        reverse("inventory:stock_line", args=[StockLine.objects.get().pk]),
        reverse("inventory:order_note"),
    ]
    assert [one for url in urls for one in faults_at(page, url)] == []


def test_a_slot_is_booked_by_the_keyboard(page: Any, cast: Cast) -> None:
    make_bookable(cast.tilleuls)
    enter(page, cast.claire.email)
    page.goto(f"{reverse('inventory:bookings')}?jour={school_day()}")
    page.locator("[data-cells] td.c-free a").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator("[name=classe]").fill("4TQ A")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Réservé.").first.wait_for()
    assert Booking.objects.get().periods == [2]

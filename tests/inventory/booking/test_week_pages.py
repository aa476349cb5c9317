"""The week of a site costs the same however much is booked, and says who has what."""

from __future__ import annotations

import datetime as dt
import time
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from inventory.actions.booking.book_weekly import book_weekly, plan_weekly
from inventory.actions.booking.cancel_booking import cancel_booking
from inventory.actions.booking.hand_out import hand_out, take_back
from inventory.actions.booking.make_feed import make_feed, revoke_feed
from inventory.actions.booking.tell_waiting import mail_waiting
from inventory.actions.booking.wait_for import wait_for
from inventory.booking.slots import SlotImpossible, Wanted
from inventory.models import BookableDevice, Booking, Wish
from inventory.rules.booking import piece_of
from schools.calendars.timetables import ZONE
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device
from tests.inventory.booking.sharing import ask, make_bookable, school_day

MANY = """
INSERT INTO inventory_booking
       (bookable_id, span, blocked, state, person_id, class_text, purpose, periods, made_at,
        approved_at, said, version, changed_at)
SELECT %s, r, r, 'booked', %s, '5G', '', '{1}', now(), now(), '', 1, now()
  FROM generate_series(1, %s) n,
       LATERAL (SELECT tstzrange(at, at + interval '20 minutes') r
                  FROM (SELECT %s::timestamptz + n * interval '25 minutes' AS at) x) y
"""


@pytest.fixture
def claire(cast) -> Client:
    client = Client()
    client.force_login(cast.claire)
    return client


def test_the_week_says_who_has_what(cast, claire):
    ask(cast.bernard, make_bookable(cast.tilleuls), school_day())
    page = claire.get(reverse("inventory:bookings"), {"jour": school_day().isoformat()})
    text = page.content.decode()
    assert "pris par Bernard Exemple, 4TQ A" in text
    assert "Réserver : " in text


def test_the_week_costs_the_same_among_a_hundred_thousand_bookings(cast, claire):
    trolley = make_bookable(cast.tilleuls)
    url, day = reverse("inventory:bookings"), {"jour": school_day().isoformat()}
    claire.get(url, day)
    begin = dt.datetime.combine(school_day(), dt.time(6), ZONE) - dt.timedelta(days=1500)
    with connection.cursor() as cursor:
        cursor.execute(MANY, [trolley.pk, cast.bernard.pk, 100_000, begin])
        cursor.execute("ANALYZE inventory_booking")
    with assert_query_count("booking-week"):
        started = time.perf_counter()
        claire.get(url, day)
    assert time.perf_counter() - started < 5


def test_a_refusal_on_the_page_offers_what_is_free(cast, claire):
    trolley = make_bookable(cast.tilleuls)
    make_bookable(cast.tilleuls, "Chariot 2")
    ask(cast.bernard, trolley, school_day())
    said = {"jour": school_day().isoformat(), "de": "3", "a": "3", "classe": "5G"}
    url = reverse("inventory:booking_new", args=[trolley.pk])
    text = claire.post(url, said).content.decode()
    assert "est pris par Bernard Exemple" in text
    assert "Chariot 2, même heure" in text
    assert claire.post(url, said | {"de": "5", "a": "6"}).status_code == 302
    assert Booking.objects.get(person=cast.claire).periods == [5, 6]


def test_a_weekly_run_shows_conflicts_first_then_books_all_or_nothing(cast):
    trolley, day = make_bookable(cast.tilleuls), school_day()
    ask(cast.bernard, trolley, day)
    wanted, until = Wanted(day, 3, 4, "5G"), day + dt.timedelta(days=28)
    planned = plan_weekly(trolley, wanted, until, dt.datetime.now(dt.UTC))
    assert planned[0].taken
    assert "Bernard" in planned[0].why
    free = [one.day for one in planned if one.slot]
    with pytest.raises(SlotImpossible, match="Rien n’est réservé"):
        book_weekly(cast.claire, trolley.pk, wanted, [day, *free], key=_uuid(1))
    assert not Booking.objects.filter(person=cast.claire).exists()
    made = book_weekly(cast.claire, trolley.pk, wanted, free, key=_uuid(2))
    assert len(made) == len(free)
    assert len(book_weekly(cast.claire, trolley.pk, wanted, free, key=_uuid(2))) == len(free)


def _uuid(n):
    return uuid.UUID(int=n)


def test_the_first_who_waits_is_told_when_it_comes_free(cast, mailoutbox):
    trolley = make_bookable(cast.tilleuls)
    made = ask(cast.claire, trolley, school_day())
    wait_for(cast.bernard, trolley.pk, Wanted(school_day(), 3, 4))
    assert mail_waiting() == 0
    cancel_booking(cast.claire, made.pk)
    assert Wish.objects.get().told_at is not None
    assert (mail_waiting(), mail_waiting()) == (1, 0)
    assert mailoutbox[0].to == [cast.bernard.email]
    ask(cast.bernard, trolley, school_day())
    assert Wish.objects.get().closed_at is not None


def test_it_is_handed_out_near_its_time_alone(cast):
    made = ask(cast.claire, make_bookable(cast.tilleuls), school_day())
    with pytest.raises(SlotImpossible, match="trop tôt"):
        hand_out(cast.claire, made.pk)
    with pytest.raises(SlotImpossible, match="pas noté comme remis"):
        take_back(cast.claire, made.pk)


def test_what_is_broken_is_flagged_with_what_is_free_instead(cast, claire):
    beamer = make_bookable(cast.tilleuls, "Projecteur A", kind="projector", count=1)
    make_bookable(cast.tilleuls, "Projecteur B", kind="projector", count=1)
    device = make_device(cast.tilleuls, "PJ-1", "projector", state="in_repair")
    ask(cast.claire, beamer, school_day())
    BookableDevice.objects.create(bookable=beamer, device=device)
    text = claire.get(reverse("inventory:my_bookings")).content.decode()
    assert "PJ-1 : en réparation" in text
    assert "Prendre Projecteur B" in text


def test_the_secret_calendar_opens_until_it_is_revoked(cast):
    ask(cast.claire, make_bookable(cast.tilleuls), school_day())
    url = reverse("inventory:feed", args=[make_feed(cast.claire)])
    text = Client().get(url).content.decode()
    assert text.count("BEGIN:VEVENT") == 1
    assert "Chariot 1 (4TQ A)" in text
    revoke_feed(cast.claire)
    assert Client().get(url).status_code == 404


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours"),
    [
        (dt.date(2027, 3, 28), 60, 240, 2),  # 01:00–04:00, the clocks skip an hour
        (dt.date(2026, 10, 25), 60, 240, 4),  # and have it twice
        (dt.date(2026, 11, 24), 60, 240, 3),
    ],
)
def test_days_of_23_and_25_hours_come_out_right(day, starts, ends, hours):
    piece = piece_of(day, starts, ends, ZONE)
    assert piece[1] - piece[0] == dt.timedelta(hours=hours)
    assert piece_of(dt.date(2027, 3, 28), 125, 175, ZONE) is None  # 02:05–02:55 never comes

"""Stock-takings, stores and bookings through the API: whose they are, what they refuse, and that a
request sent again changes nothing."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from inventory.actions.close_stock_taking import close_stock_taking
from inventory.models import Booking, BookingState, StockCount, StockScan
from schools.models import AuditEntry
from tests.api.test_api_scope import listed
from tests.architecture.query_counts import assert_query_count
from tests.inventory.booking.sharing import make_bookable, school_day

SCANS = "/api/v1/stock-takings/{}/scans/"


def send(client, taking, *texts, keys=None):
    keys = keys or [str(uuid.uuid4()) for _text in texts]
    scans = [{"key": key, "text": text} for key, text in zip(keys, texts, strict=True)]
    return client.post(SCANS.format(taking.pk), {"scans": scans}, format="json")


def test_a_scan_sent_again_is_one(api, cast, ours):
    claire, key = api(cast.claire), str(uuid.uuid4())
    first = send(claire, ours.stock_taking, ours.laptop.code, keys=[key])
    again = send(claire, ours.stock_taking, ours.laptop.code, keys=[key])
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    assert first.json()[0] == {
        "key": key, "outcome": "seen", "again": False, "device": ours.laptop.pk
    }  # fmt: skip
    assert StockScan.objects.filter(key=key).count() == 1
    assert StockCount.objects.filter(device=ours.laptop).count() == 1


def test_a_device_of_another_school_has_no_key_here(api, cast, ours, theirs):
    told = send(api(cast.claire), ours.stock_taking, theirs.laptop.code, "PAS-UN-CODE").json()
    assert [(one["outcome"], one["device"]) for one in told] == [
        ("elsewhere", None), ("unknown", None)
    ]  # fmt: skip


def test_who_may_not_count_is_told_before_anything_is_read(api, cast, ours, theirs):
    for user in (cast.odile, cast.veronique):
        client = api(user)
        for body in ({}, {"scans": "x"}):
            answer = client.post(SCANS.format(ours.stock_taking.pk), body, format="json")
            assert answer.status_code == 403
    assert send(api(cast.claire), theirs.stock_taking, "x").status_code == 404
    assert send(api(None), ours.stock_taking, "x").status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"scans": "x"},
        {"scans": [{"text": "A"}]},
        {"scans": [{"key": "x", "text": "A"}]},
        {"scans": [{"key": str(uuid.UUID(int=1)), "text": ""}]},
        {"scans": [{"key": str(uuid.UUID(int=1)), "text": "A" * 301}]},
        {"scans": [{"key": str(uuid.UUID(int=1)), "text": "A\x00"}]},
        {"scans": [{"key": str(uuid.UUID(int=1)), "text": "A", "at": "hier"}]},
        {"scans": [{"key": str(uuid.UUID(int=1)), "text": "A"}] * 501},
    ],
)
def test_a_bad_scan_is_refused_with_its_field(body, api, cast, ours):
    answer = api(cast.claire).post(SCANS.format(ours.stock_taking.pk), body, format="json")
    assert answer.status_code == 400
    assert "scans" in answer.content.decode()
    assert StockScan.objects.count() == 1  # the one of the world


def test_an_unknown_room_and_a_day_to_come_are_forgiven(api, cast, ours):
    scan = {"key": str(uuid.uuid4()), "text": ours.laptop.code, "room": 2**62}
    scan["at"] = "2999-01-01T00:00:00Z"
    answer = api(cast.claire).post(
        SCANS.format(ours.stock_taking.pk), {"scans": [scan]}, format="json"
    )
    assert answer.status_code == 200
    assert StockScan.objects.get(key=scan["key"]).room is None


def test_a_closed_stock_taking_takes_no_scan(api, cast, ours):
    close_stock_taking(cast.claire, ours.stock_taking.pk)
    answer = send(api(cast.claire), ours.stock_taking, ours.laptop.code)
    assert answer.status_code == 409
    assert "clôturé" in answer.json()["detail"]


def test_scanning_costs_the_same_whatever_the_number(api, cast, ours):
    claire = api(cast.claire)
    with assert_query_count("api_scans"):
        assert send(claire, ours.stock_taking, ours.laptop.code).status_code == 200
    claire = api(cast.claire)
    with assert_query_count("api_scans"):
        codes = [ours.panel.code, ours.switch.code, ours.access_point.code, "PAS-UN-CODE"]
        assert send(claire, ours.stock_taking, *codes).status_code == 200


def test_filters_choose(api, cast, ours, theirs):
    sofia, site = api(cast.sofia), ours.site.pk
    own = {
        "stock-takings": ours.stock_taking.pk,
        "stock-counts": ours.stock_count.pk,
        "stock-findings": ours.finding.pk,
        "declarations": ours.declaration.pk,
        "bookables": ours.bookable.pk,
        "bookings": ours.booking.pk,
        "stores": ours.store.pk,
    }
    for name, key in own.items():
        assert listed(sofia, name, site=site) == {key}, name
    assert listed(sofia, "stock-lines", store=ours.store.pk, kind="toner") == {ours.stock_line.pk}
    assert listed(sofia, "stock-lines", kind="lamp") == set()
    assert listed(sofia, "stock-entries", movement="used") == set()
    assert listed(sofia, "stock-takings", state="closed") == set()
    last = ours.booking.ends_at.date()
    assert ours.booking.pk in listed(sofia, "bookings", after=last - dt.timedelta(days=1))
    assert listed(sofia, "bookings", after=last + dt.timedelta(days=2)) == set()


def test_nothing_of_it_is_written_but_by_its_verbs(api, cast, ours):
    claire = api(cast.claire)
    rows = {
        "stock-takings": ours.stock_taking, "stock-counts": ours.stock_count,
        "stock-findings": ours.finding, "declarations": ours.declaration,
        "stores": ours.store, "stock-lines": ours.stock_line, "stock-entries": ours.stock_entry,
        "bookables": ours.bookable, "bookings": ours.booking,
    }  # fmt: skip
    for name, row in rows.items():
        url = f"/api/v1/{name}/{row.pk}/"
        assert claire.patch(url, {}, format="json").status_code == 405, name
        assert claire.delete(url).status_code == 405, name
        if name != "bookings":
            assert claire.post(f"/api/v1/{name}/", {}, format="json").status_code == 405, name


# --- bookings -----------------------------------------------------------------------------------


def wish(bookable, **more):
    return {
        "request_key": str(uuid.uuid4()), "bookable": bookable.pk,
        "day": school_day().isoformat(), "first": 3, "last": 4, "class_text": "4TQ A",
    } | more  # fmt: skip


def test_a_booking_sent_again_is_one_and_the_second_person_is_told_who_has_it(api, cast):
    trolley = make_bookable(cast.tilleuls)
    claire, said = api(cast.claire), wish(trolley)
    first = claire.post("/api/v1/bookings/", said, format="json")
    again = claire.post("/api/v1/bookings/", said, format="json")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    assert first.json()["periods"] == [3, 4]
    other = api(cast.bernard).post("/api/v1/bookings/", wish(trolley), format="json")
    assert other.status_code == 409
    assert "Claire Exemple" in other.json()["detail"]
    assert Booking.objects.count() == 1
    assert AuditEntry.objects.filter(action="book").count() == 1


def test_what_one_does_not_see_or_may_not_book_is_refused(api, cast):
    trolley = make_bookable(cast.peupliers)
    far = api(cast.claire).post("/api/v1/bookings/", wish(trolley), format="json")
    absent = api(cast.claire).post(
        "/api/v1/bookings/", wish(trolley) | {"bookable": 2**70}, format="json"
    )
    assert far.status_code == absent.status_code == 404
    officer = api(cast.odile).post("/api/v1/bookings/", wish(trolley), format="json")
    assert officer.status_code == 403
    assert not Booking.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("request_key", "x"),
        ("day", "31/02/2026"),
        ("first", 0),
        ("last", 21),
        ("class_text", "x" * 31),
        ("purpose", "\x00"),
    ],
)
def test_a_bad_booking_is_refused_with_its_field(field, value, api, cast):
    said = wish(make_bookable(cast.tilleuls), **{field: value})
    answer = api(cast.claire).post("/api/v1/bookings/", said, format="json")
    assert answer.status_code == 400
    assert field in answer.content.decode()


@pytest.mark.parametrize(
    "more",
    [
        {"first": 5, "last": 3},
        {"day": "2020-01-07"},
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"first": 19, "last": 20},
    ],
)
def test_a_slot_that_nobody_can_have_is_a_conflict(more, api, cast):
    said = wish(make_bookable(cast.tilleuls), **more)
    answer = api(cast.claire).post("/api/v1/bookings/", said, format="json")
    assert answer.status_code == 409, answer.content
    assert answer.json()["detail"]


def test_a_slot_is_given_back_by_whoever_may(api, cast, ours, theirs):
    url = "/api/v1/bookings/{}/cancel/"
    assert api(cast.claire).post(url.format(theirs.booking.pk)).status_code == 404
    assert api(cast.odile).post(url.format(ours.booking.pk)).status_code == 404
    mine = api(ours.person)
    done = mine.post(url.format(ours.booking.pk))
    assert done.json()["state"] == BookingState.CANCELLED
    again = mine.post(url.format(ours.booking.pk))
    assert again.status_code in {200, 409}
    assert AuditEntry.objects.filter(action="cancel_booking").count() == 1


def test_bookings_are_not_read_by_officers(api, cast, ours):
    odile = api(cast.odile)
    assert listed(odile, "bookings") == set()
    assert ours.bookable.pk in listed(odile, "bookables")

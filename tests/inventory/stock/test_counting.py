"""Counting a site: scans that come twice, two people at once, closing while somebody scans."""

from __future__ import annotations

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.close_stock_taking import close_stock_taking
from inventory.actions.open_stock_taking import open_stock_taking
from inventory.actions.record_scans import Scanned, record_scans, undo_scan
from inventory.actions.settle_findings import settle_finding, undo_finding
from inventory.models import Category, DeviceMove, StockCount, StockFinding, StockScan, StockTaking
from inventory.rules.codes import read_code, read_scan
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_cast, make_device, make_room


def scan(text, room=None, key=None):
    return Scanned(key or uuid.uuid4(), text, room.pk if room else None)


@pytest.fixture
def school(cast):
    """Two rooms, three laptops; one is lent, so not expected."""
    site = cast.tilleuls
    cast.a, cast.b = make_room(site, "A.01"), make_room(site, "B.02")
    kind = Category.LAPTOP
    cast.pc1 = make_device(site, "PC-1", kind, room=cast.a, serial="SN1", asset_number="E-1")
    cast.pc2 = make_device(site, "PC-2", kind, room=cast.a)
    cast.lent = make_device(site, "PC-3", kind, state="lent")
    return cast


@pytest.fixture
def taking(school):
    return open_stock_taking(school.claire, school.tilleuls)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("ABCD0123", "ABCD0123"),
        ("abcd-oil3", "ABCD0113"),
        ("abcd o1i3", "ABCD0113"),
        ("ABCDU123", ""),
        ("ABCD012", ""),
    ],
)
def test_a_code_is_read_as_crockford_says(told, code):
    assert read_code(told) == code


def test_the_address_of_a_label_is_its_code():
    assert read_scan("HTTPS://PREAU.EXAMPLE/E/ABCD0I23")[0] == "ABCD0123"
    assert read_scan("  SN 12  ") == ("", "SN 12")


def test_what_is_lent_is_not_expected(taking):
    assert taking.expected == 2


def test_only_one_runs_at_a_site(school, taking):
    with pytest.raises(DecisionImpossible, match="déjà en cours"):
        open_stock_taking(school.bernard, school.tilleuls)


def test_a_stranger_and_an_officer_do_not_count(school, taking):
    with pytest.raises(StockTaking.DoesNotExist):
        record_scans(school.karl, taking.pk, [scan("SN1")])
    with pytest.raises(DecisionRefused):
        record_scans(school.odile, taking.pk, [scan("SN1")])


def test_code_serial_and_asset_number_find_the_device(school, taking):
    told = [school.pc1.code.lower(), "sn1", "E-1"]
    read = record_scans(school.claire, taking.pk, [scan(text, school.a) for text in told])
    assert [one.device for one in read] == [school.pc1] * 3
    assert [one.again for one in read] == [False, True, True]
    assert StockCount.objects.get().device == school.pc1


def test_each_scan_says_what_it_is(school, taking):
    far = make_device(school.peupliers, "PC-9", Category.LAPTOP, serial="SN9")
    texts = [("SN1", school.b), (school.pc2.code, school.a), ("SN9", None), ("NOPE", None)]
    texts.append((school.lent.code, None))
    read = record_scans(school.claire, taking.pk, [scan(*one) for one in texts])
    assert [one.outcome for one in read] == ["moved", "seen", "elsewhere", "unknown", "back"]
    assert far.name == "PC-9"


def test_a_queue_sent_twice_counts_once(school, taking):
    rows = [scan("SN1", school.a), scan("NOPE")]
    first = record_scans(school.claire, taking.pk, rows)
    second = record_scans(school.claire, taking.pk, rows)
    assert first == second
    assert StockScan.objects.count() == 2


def test_undo_leaves_the_scan_of_somebody_else(school, taking):
    mine, theirs = scan("SN1", school.b), scan("SN1", school.a)
    record_scans(school.bernard, taking.pk, [theirs])
    record_scans(school.claire, taking.pk, [mine])
    assert StockCount.objects.get().room == school.b
    undo_scan(school.claire, taking.pk, mine.key)
    undo_scan(school.claire, taking.pk, mine.key)
    assert StockCount.objects.get().room == school.a
    undo_scan(school.bernard, taking.pk, theirs.key)
    assert not StockCount.objects.exists()
    assert undo_scan(school.bernard, taking.pk, uuid.uuid4()) is None


def test_closing_proposes_and_changes_nothing(school, taking):
    record_scans(school.claire, taking.pk, [scan("SN1", school.b), scan("NOPE", school.a)])
    close_stock_taking(school.claire, taking.pk)
    found = set(StockFinding.objects.values_list("kind", "device__name", "text"))
    assert found == {
        ("missing", "PC-2", ""),
        ("moved", "PC-1", ""),
        ("unknown", None, "NOPE"),
    }
    school.pc2.refresh_from_db()
    assert school.pc2.state == "installed"
    with pytest.raises(DecisionImpossible, match="clôturé"):
        record_scans(school.claire, taking.pk, [scan("SN1")])


def test_the_database_refuses_a_late_scan(school, taking):
    close_stock_taking(school.claire, taking.pk)
    with pytest.raises(IntegrityError, match="no longer running"), transaction.atomic():
        StockScan.objects.create(stock_taking=taking, text="SN1")
    with pytest.raises(IntegrityError, match="stays as it is"), transaction.atomic():
        StockTaking.objects.filter(pk=taking.pk).update(state="running", closed_at=None)


def test_an_accepted_finding_changes_the_register_and_can_be_taken_back(school, taking):
    record_scans(school.claire, taking.pk, [scan("SN1", school.b)])
    close_stock_taking(school.claire, taking.pk)
    lost = StockFinding.objects.get(kind="missing")
    moved = StockFinding.objects.get(kind="moved")
    settle_finding(school.claire, lost.pk, accept=True)
    settle_finding(school.claire, moved.pk, accept=True)
    school.pc1.refresh_from_db()
    school.pc2.refresh_from_db()
    assert (school.pc1.room, school.pc2.state) == (school.b, "lost")
    assert DeviceMove.objects.filter(device=school.pc2).latest("pk").state == "lost"
    with pytest.raises(DecisionImpossible, match="Déjà réglé"):
        settle_finding(school.bernard, lost.pk, accept=False)
    undo_finding(school.bernard, lost.pk)
    school.pc2.refresh_from_db()
    assert school.pc2.state == "installed"


def test_network_equipment_is_settled_by_technicians_alone(school):
    make_device(school.tilleuls, "SW-1", Category.SWITCH)
    taking = open_stock_taking(school.claire, school.tilleuls, categories=["switch"])
    close_stock_taking(school.claire, taking.pk)
    row = StockFinding.objects.get()
    with pytest.raises(DecisionImpossible, match="techniciens"):
        settle_finding(school.claire, row.pk, accept=True)
    settle_finding(school.thomas, row.pk, accept=True)


def test_a_device_of_another_school_is_not_taken_nor_named(school, taking, client):
    make_device(school.peupliers, "SECRET-9", Category.LAPTOP, serial="SN9")
    record_scans(school.claire, taking.pk, [scan("SN9")])
    close_stock_taking(school.claire, taking.pk)
    row = StockFinding.objects.get(kind="elsewhere")
    with pytest.raises(DecisionImpossible, match="helpdesk"):
        settle_finding(school.claire, row.pk, accept=True)
    client.force_login(school.claire)
    page = client.get(reverse("inventory:stock_taking", args=[taking.pk])).content.decode()
    assert "SECRET-9" not in page
    settle_finding(school.sofia, row.pk, accept=True)
    row.refresh_from_db()
    assert row.device.site == school.tilleuls


def test_a_batch_costs_the_same_for_many_scans(school, taking):
    site = school.tilleuls
    many = [make_device(site, f"T-{n}", Category.TABLET, serial=f"T{n}") for n in range(60)]
    record_scans(school.claire, taking.pk, [scan("SN1")])
    with assert_query_count("stock_scans"):
        record_scans(school.claire, taking.pk, [scan(one.serial) for one in many[:2]])
    with assert_query_count("stock_scans"):
        record_scans(school.claire, taking.pk, [scan(one.serial) for one in many[2:]])


@pytest.mark.django_db(transaction=True)
def test_two_people_scan_one_device_at_once_and_one_closes():
    cast = make_cast()
    site = cast.tilleuls
    devices = [make_device(site, f"T-{n}", Category.TABLET, serial=f"T{n}") for n in range(30)]
    taking = open_stock_taking(cast.claire, site)
    start, late = threading.Barrier(3), []

    def walk(user, order):
        start.wait()
        try:
            for device in order:
                record_scans(user, taking.pk, [scan(device.serial)])
        except DecisionImpossible:
            late.append(user)
        finally:
            connection.close()

    def close():
        start.wait()
        try:
            close_stock_taking(cast.bernard, taking.pk)
        finally:
            connection.close()

    workers = [
        threading.Thread(target=walk, args=(cast.claire, devices)),
        threading.Thread(target=walk, args=(cast.thomas, devices[::-1])),
        threading.Thread(target=close),
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join(60)
    counted = StockCount.objects.filter(stock_taking=taking).count()
    missing = StockFinding.objects.filter(stock_taking=taking, kind="missing").count()
    assert counted + missing == 30
    taking.refresh_from_db()
    assert taking.state == "closed"

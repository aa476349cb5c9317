"""Pools keep a device once; pages open for whom they are, and cost the same however long."""

from __future__ import annotations

import pytest
from django.urls import reverse

from byod.actions.loans.hand_out import hand_out
from byod.actions.loans.pools import empty_pool, fill_pool, open_pool
from byod.models.loans.pools import LoanPool, PoolItem
from byod.models.people.identities import IdentityReading
from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.booking.keep_bookable import SharingImpossible, add_bookable
from inventory.models import Category, DeviceState
from tests.architecture.query_counts import assert_query_count
from tests.byod.loans.made import DUE, Lending, make_item
from tests.cast import make_device

SHARED = {
    "name": "Chariot", "kind": "trolley", "room": None, "count": 2, "bookers": "staff",
    "needs_approval": False, "longest_min": 480, "buffer_min": 0, "opens_min": 0,
    "closes_min": 1440, "ahead_days": 300, "notes": "",
}  # fmt: skip


@pytest.fixture
def lending(cast):
    return Lending(cast.tilleuls)


def test_a_pool_is_filled_by_labels_and_pairs_chargers(cast):
    for name, kind in (("PC-0701", Category.LAPTOP), ("CH-0701", Category.OTHER)):
        make_device(cast.tilleuls, name, kind, state=DeviceState.IN_STOCK)
    make_device(cast.tilleuls, "SW-9", Category.SWITCH)
    pool = open_pool(cast.claire, "Portables", school=cast.tilleuls.school_id)
    told = fill_pool(cast.claire, pool.pk, ["pc-0701", "CH-0701", "SW-9", "PC-9999", "PC-0701"])
    assert [item.device.name for item in told.added] == ["PC-0701", "CH-0701"]
    assert dict(told.refused) == {
        "SW-9": "le matériel du réseau ne se prête pas",
        "PC-9999": "inconnu dans votre inventaire",
        "PC-0701": "il est déjà dans une réserve",
    }
    laptop, charger = PoolItem.objects.order_by("pk")
    assert (charger.is_charger, charger.partner) == (True, laptop)
    with pytest.raises(DecisionRefused):
        open_pool(cast.sofia, "Autre", school=cast.tilleuls.school_id)
    with pytest.raises(LoanPool.DoesNotExist):
        fill_pool(cast.karl, pool.pk, ["PC-0701"])


def test_a_device_of_a_pool_is_not_booked_and_a_booked_one_not_lent(cast, lending):
    laptop = lending.laptops[0].device
    with pytest.raises(SharingImpossible, match="réserve de prêt « Portables de prêt »"):
        add_bookable(cast.claire, cast.tilleuls.pk, SHARED, [laptop.pk])
    other = make_device(cast.tilleuls, "PC-0800", Category.LAPTOP)
    add_bookable(cast.claire, cast.tilleuls.pk, SHARED, [other.pk])
    told = fill_pool(cast.claire, lending.pool.pk, ["PC-0800"])
    assert told.refused == [("PC-0800", "il fait partie de « Chariot », qui se réserve")]


def test_what_is_out_does_not_leave_the_pool(cast, lending):
    hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    with pytest.raises(DecisionImpossible):
        empty_pool(cast.claire, lending.pool.pk, [lending.laptops[0].pk])
    assert empty_pool(cast.claire, lending.pool.pk, [lending.laptops[1].pk]) == 1


def test_a_pool_is_shared_by_the_schools_of_a_po(cast, lending):
    shared = LoanPool.objects.create(name="PO", authority=cast.tilleuls.school.authority)
    item = make_item(shared, "PC-0500", cast.tilleuls)
    assert hand_out(cast.claire, lending.pupils[0], item.pk, DUE).item == item
    foreign = LoanPool.objects.create(name="Ailleurs", school=cast.peupliers.school)
    away = make_item(foreign, "PC-0501", cast.peupliers)
    with pytest.raises(DecisionImpossible):
        hand_out(cast.claire, lending.pupils[1], away.pk, DUE)


def test_pages_open_for_whom_they_are(cast, lending, client):
    loan = hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    device = lending.laptops[0].device_id
    pages = {
        "loans": ([], {"claire": 200, "bernard": 200, "sofia": 403, "odile": 403, "karl": 200}),
        "loan": ([loan.pk], {"claire": 200, "sofia": 404, "veronique": 404, "karl": 404}),
        "loan_pools": ([], {"claire": 200, "sofia": 200, "veronique": 200, "odile": 200}),
        "loan_pool": ([lending.pool.pk], {"claire": 200, "odile": 200, "karl": 404}),
        "loan_class": ([lending.school_class.pk], {"claire": 200, "sofia": 404, "karl": 404}),
        "loan_terms": ([], {"bernard": 200, "sofia": 403}),
        "device_loans": ([device], {"claire": 200, "sofia": 200, "karl": 404}),
        "loans_export": ([], {"claire": 200, "odile": 403}),
    }
    for name, (args, people) in pages.items():
        for person, status in people.items():
            client.force_login(getattr(cast, person))
            answer = client.get(reverse(f"byod:{name}", args=args))
            assert answer.status_code == status, (name, person)
    client.force_login(cast.sofia)
    panel = client.get(reverse("byod:device_loans", args=[device])).content.decode()
    assert "Prêté, à rendre le" in panel
    assert lending.pupils[0].pseudonym not in panel


def test_the_export_tells_pseudonyms_and_reads_no_name(cast, lending, client):
    hand_out(cast.claire, lending.pupils[0], lending.laptops[0].pk, DUE)
    client.force_login(cast.claire)
    text = b"".join(client.get(reverse("byod:loans_export")).streaming_content).decode()
    assert lending.pupils[0].pseudonym in text
    assert "Brasseur" not in text
    assert IdentityReading.objects.count() == 0
    assert "Brasseur" in client.get(reverse("byod:loans")).content.decode()
    assert IdentityReading.objects.get().why == "loan_list"


def test_lists_cost_the_same_however_long(cast, client):
    lending = Lending(cast.tilleuls, 6)
    for n in range(5):
        hand_out(cast.claire, lending.pupils[n], lending.laptops[n].pk, DUE)
    client.force_login(cast.claire)
    for name, args in (
        ("loans", []), ("loan_pools", []), ("loan_pool", [lending.pool.pk]),
        ("loan_class", [lending.school_class.pk]),
    ):  # fmt: skip
        url = reverse(f"byod:{name}", args=args)
        client.get(url)
        with assert_query_count(f"byod_{name}"):
            assert client.get(url).status_code == 200

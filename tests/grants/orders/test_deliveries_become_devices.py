"""A signed delivery becomes devices, once, and consumes what its award granted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.grants.actions.orders.hear_supplier import hear_supplier
from inventory.grants.actions.orders.order_award import order_award
from inventory.grants.actions.orders.send_orders import send_to_supplier
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.actions.rights import ledger
from inventory.grants.models.orders.deliveries import DeliveryRemark, Reception
from inventory.grants.models.orders.purchases import OrderState
from inventory.models import Device, DeviceMove, DeviceState, KitVersion, Origin, Owner
from tests.cast import make_device, make_room
from tests.grants.calls.made import make_application, make_award, make_call
from tests.grants.orders.made import (
    Scene,
    arrive,
    chargers,
    laptops,
    make_kit,
    make_lot,
    make_second_clerk,
    make_speaker,
    said,
    ship,
)
from tests.grants.rights.world import give_right

ALL = Signed(rest_is_here=True)


@pytest.fixture
def scene(cast):
    return Scene(cast)


def test_a_signature_makes_devices_under_warranty_with_their_labels_delivery(cast, scene):
    made = scene.deliver("sn 1", "SN2", charge=4)
    signed = sign_delivery(cast.claire, made.pk, ALL)
    devices = list(Device.objects.filter(arrival__delivery=signed.arrival).order_by("serial"))
    assert [(d.serial, d.name, d.state) for d in devices] == [
        ("SN1", "Portable 1", DeviceState.IN_STOCK),
        ("SN2", "Portable 2", DeviceState.IN_STOCK),
    ]
    today = timezone.localdate()
    assert {d.origin for d in devices} == {Origin.CENTRE}
    assert {d.owner for d in devices} == {Owner.SCHOOL}
    assert {d.warranty_until.year for d in devices} == {today.year + 3}
    assert DeviceMove.objects.filter(device__in=devices).count() == 2
    assert signed.arrival.reference == made.reference
    scene.order.refresh_from_db()
    assert scene.order.state == OrderState.PARTIAL


def test_the_rest_comes_later_and_the_order_is_delivered(cast, scene):
    sign_delivery(cast.claire, scene.deliver("A1", "A2", charge=4).pk, ALL)
    sign_delivery(cast.bernard, scene.deliver("A3", "A4").pk, ALL)
    scene.order.refresh_from_db()
    scene.supplied.refresh_from_db()
    assert (scene.order.state, scene.supplied.state) == ("delivered", "delivered")
    assert Device.objects.filter(serial__startswith="A").count() == 4


def test_the_second_signature_finds_the_first(cast, scene):
    made = scene.deliver("A1", "A2")
    first = sign_delivery(cast.claire, made.pk, ALL)
    assert sign_delivery(cast.claire, made.pk, ALL) == first
    with pytest.raises(DecisionImpossible, match="Claire Exemple a signé"):
        sign_delivery(make_second_clerk(cast.tilleuls), made.pk, ALL)
    assert Reception.objects.count() == 1
    assert Device.objects.filter(serial__startswith="A").count() == 2


def test_what_nobody_saw_is_not_signed_by_accident(cast, scene):
    made = scene.deliver("A1", "A2")
    with pytest.raises(DecisionImpossible, match="2 pièces ne sont ni scannées ni refusées"):
        sign_delivery(cast.claire, made.pk, Signed())
    assert not Device.objects.filter(serial="A1").exists()


def test_a_reservation_keeps_a_piece_out_and_lets_it_come_again(cast, scene):
    made = scene.deliver("A1", "A2", charge=4)
    line = made.lines.get(item__accessory=False)
    broken = line.pieces.get(serial="A2")
    short = made.lines.get(item__accessory=True)
    signed = sign_delivery(
        cast.claire,
        made.pk,
        Signed({broken.pk: ("damaged", "Écran fêlé")}, {short.pk: 3}, rest_is_here=True),
    )
    told = {(r.kind, r.quantity, r.serial, r.note) for r in signed.remarks.all()}
    assert told == {("damaged", 1, "A2", "Écran fêlé"), ("missing", 1, "", "")}
    assert not Device.objects.filter(serial="A2").exists()
    again = scene.deliver("A3", "A4", "A2", charge=1)
    sign_delivery(cast.claire, again.pk, ALL)
    scene.order.refresh_from_db()
    assert scene.order.state == OrderState.DELIVERED
    hear_supplier(
        scene.speaker,
        said(scene.supplied, "collect", delivery=made.reference, how="repris le 12/12"),
    )
    assert not DeliveryRemark.objects.filter(settled_at=None).exists()


def test_neighbours_see_nothing_and_others_of_the_house_do_not_sign(cast, scene):
    made = scene.deliver("A1")
    with pytest.raises(type(made).DoesNotExist):
        sign_delivery(cast.karl, made.pk, ALL)
    for person in (cast.odile, cast.veronique, cast.thomas):
        with pytest.raises(DecisionRefused):
            sign_delivery(person, made.pk, ALL)


def test_a_serial_that_the_school_entered_before_is_that_device(cast, scene):
    had = make_device(cast.tilleuls, "PC du directeur", "laptop", serial="A1")
    signed = sign_delivery(cast.claire, scene.deliver("A1", "A2").pk, ALL)
    had.refresh_from_db()
    assert (had.origin, had.name) == (Origin.CENTRE, "PC du directeur")
    assert signed.arrival.pieces.count() == 2
    assert Device.objects.filter(serial="A1").count() == 1


def test_a_serial_of_another_school_is_told_and_nothing_is_written(cast, scene):
    make_device(cast.peupliers, "PC-L", "laptop", serial="A2")
    made = scene.deliver("A1", "A2")
    with pytest.raises(DecisionImpossible, match="A2 est déjà inscrit"):
        sign_delivery(cast.claire, made.pk, ALL)
    assert not Reception.objects.exists()
    assert not Device.objects.filter(serial="A1").exists()


def test_an_award_keeps_its_version_and_consumes_as_it_is_delivered(cast):
    kit = make_kit(price="1000.00", laptops=3, chargers=3)
    lot = make_lot(kit)
    speaker = make_speaker(lot.supplier)
    give_right(cast.tilleuls, Decimal(5000))
    now = timezone.now()
    call = make_call(uses_right=True)
    file = make_application(call, cast.tilleuls, cast.bernard, kit=kit, quantity=1)
    cause = f"application:{file.pk}"
    ledger.reserve(cast.tilleuls, Decimal(1000), cause, "r", cast.bernard, now)
    award = make_award(file, cast.odile)
    ledger.commit(cause, Decimal(1000), "c", cast.odile, now)
    order = order_award(cast.odile, award.pk)
    assert order_award(cast.odile, award.pk) == order
    KitVersion.objects.create(
        kit=kit.kit, number=2, price=Decimal(1200), valid_from=timezone.localdate()
    )
    supplied = send_to_supplier(cast.odile, lot.pk)
    line = order.lines.get()
    assert (line.kit_version, line.unit_price) == (kit, Decimal("1000.00"))

    def consumed() -> Decimal:
        return ledger.standing_of([cast.tilleuls], timezone.localdate()).consumed

    # a third of 1,000.00 is 333.33; two thirds 666.67; the parts add up to the whole
    for serials, total in ((("B1",), "333.33"), (("B2",), "666.67"), (("B3",), "1000.00")):
        made = ship(speaker, supplied, order, laptops(*serials), chargers(1))
        arrive(speaker, made)
        sign_delivery(cast.bernard, made.pk, ALL)
        assert consumed() == Decimal(total)
    assert set(Device.objects.filter(serial__in=["B1", "B2", "B3"]).values_list("origin")) == {
        (Origin.GRANT,)
    }
    assert ledger.standing_of([cast.tilleuls], timezone.localdate()).committed == 0


def test_pieces_without_a_serial_become_devices_without_one(cast, scene):
    made = ship(scene.speaker, scene.supplied, scene.order, {"part_number": "P14", "quantity": 2})
    arrive(scene.speaker, made)
    signed = sign_delivery(cast.claire, made.pk, ALL)
    assert signed.arrival.pieces.count() == 2
    make_room(cast.tilleuls, "B.01")

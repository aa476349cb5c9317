"""After the signature: rooms, warranty, notices, K7; and two clerks at the same moment."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid

import pytest
from django.core import mail
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.grants.actions.orders.claim_warranty import (
    answer_claim,
    ask_replacement,
    replace_device,
)
from inventory.grants.actions.orders.count_delivery import (
    ScannedPiece,
    count_accessories,
    forget_piece,
    record_pieces,
)
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.actions.orders.tell_deliveries import mail_deliveries, note_deliveries
from inventory.grants.indicators_orders import (
    installed_by_year,
    installed_in,
    installed_without_a_day,
)
from inventory.grants.models.orders.deliveries import Reception, Shipment
from inventory.grants.models.orders.notices import DeliveryNotice
from inventory.models import Device, DeviceMove, DeviceState
from schools.models import User
from tests.cast import make_cast, make_device, make_room
from tests.grants.orders.made import Scene, make_second_clerk, ship

ALL = Signed(rest_is_here=True)


@pytest.fixture
def scene(cast):
    return Scene(cast)


def scan(text, key=None, **more):
    return ScannedPiece(key or uuid.uuid4(), text, **more)


def test_scans_count_once_and_what_is_not_on_the_note_is_told(cast, scene):
    made = scene.deliver("A1", "A2")
    key = uuid.uuid4()
    read = record_pieces(cast.claire, made.pk, [scan("a1", key), scan("a1", key), scan("A1")])
    assert [one.outcome for one in read] == ["seen", "seen", "again"]
    assert record_pieces(cast.claire, made.pk, [scan("ZZZ9")])[0].outcome == "unknown"
    forget_piece(cast.claire, made.pk, key)
    assert record_pieces(cast.claire, made.pk, [scan("A1")])[0].outcome == "seen"


def test_a_serial_that_nobody_said_goes_to_the_product_in_hand(cast, scene):
    made = ship(scene.speaker, scene.supplied, scene.order, {"part_number": "P14", "quantity": 2})
    read = record_pieces(cast.claire, made.pk, [scan("5CG1"), scan("5CG2"), scan("5CG3")])
    assert [one.outcome for one in read] == ["added", "added", "unknown"]
    sign_delivery(cast.claire, made.pk, Signed())
    assert set(Device.objects.values_list("serial", flat=True)) == {"5CG1", "5CG2"}


def test_accessories_are_counted(cast, scene):
    made = scene.deliver("A1", charge=3)
    line = made.lines.get(item__accessory=True)
    with pytest.raises(DecisionImpossible):
        count_accessories(cast.claire, made.pk, line.pk, 4)
    count_accessories(cast.claire, made.pk, line.pk, 2)
    signed = sign_delivery(cast.claire, made.pk, ALL)
    assert [(r.kind, r.quantity) for r in signed.remarks.all()] == [("missing", 1)]


def test_the_desk_takes_scans_in_json_and_refuses_what_it_cannot_read(cast, scene, client):
    made = scene.deliver("A1")
    url = reverse("grants:shipment_scans", args=[made.pk])
    client.force_login(cast.claire)
    body = {"scans": [{"key": str(uuid.uuid4()), "text": "A1", "line": None}], "undo": []}
    answer = client.post(url, json.dumps(body), content_type="application/json")
    assert answer.json()["read"][0]["word"] == "Attendu, bien là"
    for wrong in ("[", "[]", '{"scans": [{"key": "x", "text": "A"}]}', '{"undo": ["x"]}'):
        answer = client.post(url, wrong, content_type="application/json")
        assert answer.status_code == 400, wrong
    sign_delivery(cast.claire, made.pk, ALL)
    answer = client.post(url, json.dumps(body), content_type="application/json")
    assert answer.status_code == 409
    client.force_login(cast.karl)
    assert client.post(url, "{}", content_type="application/json").status_code == 404


def test_a_delivery_is_signed_by_its_form_then_installed_one_by_one(cast, scene, client):
    made = scene.deliver("A1", "A2", charge=4)
    line = made.lines.get(item__accessory=False)
    bad = line.pieces.get(serial="A2")
    client.force_login(cast.claire)
    url = reverse("grants:sign_delivery", args=[made.pk])
    client.post(url, {f"piece_{bad.pk}": "wrong", f"note_{bad.pk}": "Autre modèle", "reste": "oui"})
    assert Reception.objects.get().remarks.get().note == "Autre modèle"
    room = make_room(cast.tilleuls, "B.01")
    install = reverse("grants:install_delivery", args=[made.pk])
    client.post(install, {"device": "a1", "room": room.pk})
    device = Device.objects.get(serial="A1")
    assert (device.state, device.room) == (DeviceState.INSTALLED, room)
    client.post(install, {"device": "zz", "room": "x"})
    assert client.get(reverse("grants:shipment", args=[made.pk])).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_clerks_at_once_sign_once():
    cast = make_cast()
    scene = Scene(cast)
    made = scene.deliver("A1", "A2")
    people = [cast.claire.pk, make_second_clerk(cast.tilleuls).pk, cast.bernard.pk, cast.claire.pk]
    outcomes = []

    def sign(pk):
        try:
            sign_delivery(User.objects.get(pk=pk), made.pk, ALL)
            outcomes.append(pk)
        except DecisionImpossible:
            outcomes.append(None)
        finally:
            connection.close()

    threads = [threading.Thread(target=sign, args=[pk]) for pk in people]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len({pk for pk in outcomes if pk}) == 1
    assert Reception.objects.count() == 1
    assert Device.objects.filter(serial__in=["A1", "A2"]).count() == 2


def test_what_was_signed_is_not_changed(cast, scene):
    signed = sign_delivery(cast.claire, scene.deliver("A1").pk, ALL)
    line = scene.order.lines.get()
    for change in (
        lambda: Reception.objects.filter(pk=signed.pk).update(note="x"),
        lambda: Shipment.objects.filter(pk=signed.shipment_id).update(state="arrived"),
        lambda: type(line).objects.filter(pk=line.pk).update(quantity=9),
        lambda: scene.order.events.all().delete(),
    ):
        with (
            pytest.raises(DatabaseError, match=r"fact|signed|lines"),
            transaction.atomic(),
        ):
            change()


def test_a_replacement_takes_place_room_and_warranty_and_consumes_nothing(cast, scene):
    sign_delivery(cast.claire, scene.deliver("A1").pk, ALL)
    old = Device.objects.get(serial="A1")
    room = make_room(cast.tilleuls, "B.01")
    Device.objects.filter(pk=old.pk).update(state="installed", room=room)
    with pytest.raises(DecisionImpossible, match="ne va pas"):
        ask_replacement(cast.claire, old.pk, " ")
    claim = ask_replacement(cast.claire, old.pk, "Écran noir")
    assert ask_replacement(cast.bernard, old.pk, "encore") == claim
    with pytest.raises(DecisionImpossible, match="pas encore accepté"):
        replace_device(cast.claire, claim.pk, "N1")
    with pytest.raises(DecisionRefused):
        answer_claim(cast.claire, claim.pk, grant=True)
    answer_claim(scene.speaker, claim.pk, grant=True)
    done = replace_device(cast.claire, claim.pk, "n1")
    new = done.new_device
    old.refresh_from_db()
    assert (old.state, new.serial, new.room, new.warranty_until) == (
        "retired", "N1", room, old.warranty_until,
    )  # fmt: skip
    assert replace_device(cast.claire, claim.pk, "N2").new_device == new
    moves = DeviceMove.objects.filter(device__in=[old, new]).values_list("why", flat=True)
    assert {"remplacé sous garantie par N1", f"remplace {old.name} sous garantie"} <= set(moves)
    again = ask_replacement(cast.claire, new.pk, "Encore")
    assert again.piece == claim.piece
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        answer_claim(scene.speaker, again.pk, grant=False)


def test_no_claim_outside_an_order_or_after_the_warranty(cast, scene):
    mine = make_device(cast.tilleuls, "PC", "laptop")
    with pytest.raises(DecisionImpossible, match="pas arrivé par une commande"):
        ask_replacement(cast.claire, mine.pk, "Panne")
    sign_delivery(cast.claire, scene.deliver("A1").pk, ALL)
    over = timezone.localdate() - dt.timedelta(days=1)
    Device.objects.filter(serial="A1").update(warranty_until=over)
    with pytest.raises(DecisionImpossible, match="terminée"):
        ask_replacement(cast.claire, Device.objects.get(serial="A1").pk, "Panne")


def test_the_panel_of_a_device_tells_how_it_came(cast, scene, client):
    sign_delivery(cast.claire, scene.deliver("A1").pk, ALL)
    device = Device.objects.get(serial="A1")
    client.force_login(cast.claire)
    page = client.get(reverse("grants:device_warranty", args=[device.pk])).content.decode()
    assert "Demander un remplacement" in page
    client.post(reverse("grants:ask_replacement", args=[device.pk]), {"why": "Panne"})
    page = client.get(reverse("grants:claims")).content.decode()
    assert "Panne" in page


def test_a_school_is_told_once_per_step(cast, scene):
    made = ship(scene.speaker, scene.supplied, scene.order, {"part_number": "P14", "quantity": 1})
    today = timezone.localdate()
    for _twice in range(2):
        note_deliveries(today)
        mail_deliveries()
    assert sorted(one.to[0] for one in mail.outbox) == [
        "bernard@example.org", "claire@example.org",
    ]  # fmt: skip
    assert "prévue le" in mail.outbox[0].body
    Shipment.objects.filter(pk=made.pk).update(
        state="arrived", arrived_on=today - dt.timedelta(days=5)
    )
    assert note_deliveries(today) == 4
    mail_deliveries()
    assert len(mail.outbox) == 4
    assert "attend une signature depuis" in mail.outbox[-1].body
    assert note_deliveries(today) == 0
    assert not DeliveryNotice.objects.unsent().exists()


def test_the_page_of_the_school_says_what_to_sign(cast, scene, client):
    made = scene.deliver("A1")
    client.force_login(cast.claire)
    url = reverse("grants:deliveries_now", args=[cast.tilleuls.pk])
    assert f"Livraison {made.reference} à signer" in client.get(url).content.decode()
    sign_delivery(cast.claire, made.pk, ALL)
    assert client.get(url).content.decode().strip() == ""


def test_k7_counts_by_year_and_category_what_was_installed(cast):
    days = (dt.date(2024, 5, 1), dt.date(2024, 9, 1), dt.date(2025, 1, 7), None)
    for n, day in enumerate(days):
        make_device(cast.tilleuls, f"PC-{n}", "laptop", installed_on=day)
    make_device(cast.peupliers, "T-1", "tablet", installed_on=dt.date(2025, 2, 2), state="retired")
    told = [(one.year, one.category, one.count) for one in installed_by_year()]
    assert told == [(2025, "laptop", 1), (2025, "tablet", 1), (2024, "laptop", 2)]
    assert (installed_in(2024), installed_in(2025), installed_without_a_day()) == (2, 2, 1)

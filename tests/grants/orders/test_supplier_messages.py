"""A supplier's messages: replayed they change nothing, out of order they are put right."""

from __future__ import annotations

import datetime as dt
import io
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from openpyxl import Workbook
from rest_framework.test import APIClient

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.device_writing import FactsRefused
from inventory.grants.actions.orders.hear_supplier import hear_supplier
from inventory.grants.actions.orders.send_orders import cancel_order, send_to_supplier
from inventory.grants.models.orders.deliveries import Shipment, ShippedPiece
from inventory.grants.models.orders.supply import Forecast, SupplierMessage, SupplierOrder
from schools.actions.make_token import make_token
from tests.cast import make_cast
from tests.grants.orders.made import (
    DAY,
    Scene,
    laptops,
    make_kit,
    make_lot,
    make_order,
    make_speaker,
    said,
    ship,
)

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def scene(cast):
    return Scene(cast)


def test_a_replayed_message_changes_nothing(cast, scene):
    told = said(scene.supplied, "acknowledge", "A-1", reference="F-77")
    assert not hear_supplier(scene.speaker, told).again
    assert hear_supplier(scene.speaker, told).again
    scene.supplied.refresh_from_db()
    assert (scene.supplied.state, scene.supplied.supplier_reference) == ("acknowledged", "F-77")
    assert scene.order.events.filter(kind="acknowledged").count() == 1


def test_an_id_for_another_message_is_a_mistake_that_is_told(cast, scene):
    hear_supplier(scene.speaker, said(scene.supplied, "acknowledge", "A-1"))
    with pytest.raises(FactsRefused, match="celui d’un autre message"):
        hear_supplier(scene.speaker, said(scene.supplied, "acknowledge", "A-1", reference="X"))


def test_a_delivery_note_before_the_confirmation_confirms(cast, scene):
    ship(scene.speaker, scene.supplied, scene.order, laptops("A1"))
    scene.supplied.refresh_from_db()
    assert scene.supplied.state == "acknowledged"
    late = said(scene.supplied, "acknowledge", at=timezone.now() - 2 * DAY, reference="F-1")
    hear_supplier(scene.speaker, late)
    scene.supplied.refresh_from_db()
    assert (scene.supplied.state, scene.supplied.supplier_reference) == ("acknowledged", "F-1")


def test_the_newest_planned_day_counts_whatever_comes_last(cast, scene):
    now, today = timezone.now(), timezone.localdate()
    for hours, days in ((2, 10), (1, 20), (3, 5)):
        on = (today + days * DAY).isoformat()
        hear_supplier(scene.speaker, said(scene.supplied, "plan", at=now - hours * HOUR, on=on))
    scene.supplied.refresh_from_db()
    assert scene.supplied.planned_on == today + 20 * DAY
    assert Forecast.objects.count() == 3
    assert SupplierMessage.objects.filter(outcome="stale").count() == 1


def test_an_arrival_before_its_note_is_remembered(cast, scene):
    today = timezone.localdate()
    early = said(scene.supplied, "arrive", delivery="BL-9", on=today.isoformat())
    hear_supplier(scene.speaker, early)
    assert not Shipment.objects.exists()
    made = ship(scene.speaker, scene.supplied, scene.order, laptops("A1"), delivery="BL-9")
    assert (made.state, made.arrived_on) == ("arrived", today)


def test_a_withdrawn_note_frees_what_it_announced(cast, scene):
    made = ship(scene.speaker, scene.supplied, scene.order, laptops("A1", "A2", "A3", "A4"))
    hear_supplier(scene.speaker, said(scene.supplied, "unship", delivery=made.reference))
    made.refresh_from_db()
    assert made.state == "cancelled"
    ship(scene.speaker, scene.supplied, scene.order, laptops("A1", "A2", "A3", "A4"))


def test_a_backorder_is_told_to_those_who_wait(cast, scene):
    hear_supplier(scene.speaker, said(scene.supplied, "backorder", part_number="P14", quantity=3))
    assert (
        "3 × Exemple Portable 14, date inconnue" in scene.order.events.get(kind="backordered").told
    )


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"delivery": "B", "for": "C-0", "lines": [laptops("X1")]}, "for"),
        ({"delivery": "B", "lines": []}, "lines"),
        ({"delivery": "B", "lines": [{"part_number": "Z", "quantity": 1}]}, "lines.1.product"),
        ({"delivery": "B", "lines": [{"part_number": "P14", "quantity": 9}]}, "lines.1.quantity"),
        ({"delivery": "B", "lines": [laptops("X1", "x 1")]}, "lines.1.serials"),
        ({"delivery": "B", "on": "demain", "lines": [laptops("X1")]}, "on"),
        ({"delivery": "B\ud800", "lines": [laptops("X1")]}, "body"),
        ({"delivery": "B\x00", "lines": [laptops("X1")]}, "body"),
        ({"delivery": 7.5, "lines": [laptops("X1")]}, "delivery"),
        ({"delivery": "B", "lines": ["X"]}, "lines.1."),
        ({"delivery": "B", "lines": [{"product": True, "quantity": 1}]}, "lines.1.product"),
    ],
)
def test_a_wrong_note_names_its_fields_and_writes_nothing(cast, scene, body, field):
    with pytest.raises(FactsRefused) as refused:
        hear_supplier(scene.speaker, said(scene.supplied, "ship", **body))
    assert field in refused.value.errors
    assert not Shipment.objects.exists()
    assert not SupplierMessage.objects.exists()


def test_a_serial_is_announced_once(cast, scene):
    ship(scene.speaker, scene.supplied, scene.order, laptops("A1"))
    with pytest.raises(FactsRefused, match="Déjà annoncé"):
        ship(scene.speaker, scene.supplied, scene.order, laptops("a1"))


def test_an_order_is_called_off_until_it_is_confirmed(cast, scene):
    with pytest.raises(DecisionImpossible, match="pourquoi"):
        cancel_order(cast.bernard, scene.order.pk, " ")
    cancel_order(cast.bernard, scene.order.pk, "Budget revu")
    scene.supplied.refresh_from_db()
    assert scene.supplied.state == "cancelled"
    with pytest.raises(DecisionImpossible, match="annulée"):
        hear_supplier(scene.speaker, said(scene.supplied, "acknowledge"))


def test_a_confirmed_order_is_not_called_off(cast, scene):
    hear_supplier(scene.speaker, said(scene.supplied, "acknowledge"))
    with pytest.raises(DecisionImpossible, match="déjà confirmé"):
        cancel_order(cast.odile, scene.order.pk, "Trop tard")


def test_orders_of_two_schools_leave_together_and_one_lot_is_sent_once(cast):
    kit = make_kit()
    lot = make_lot(kit)
    first = make_order(cast.bernard, cast.tilleuls, kit)
    row = send_to_supplier(cast.odile, lot.pk)
    assert row.lines.get().order == first
    with pytest.raises(DecisionImpossible, match="Rien n’attend"):
        send_to_supplier(cast.odile, lot.pk)
    with pytest.raises(DecisionRefused):
        send_to_supplier(cast.sofia, lot.pk)


def test_the_api_of_a_supplier_reads_its_own_and_answers(cast, scene):
    other = Scene.__new__(Scene)
    other.kit = make_kit()
    other.lot = make_lot(other.kit)
    foreign = SupplierOrder.objects.create(
        reference="BC-X", lot=other.lot, supplier=other.lot.supplier,
        due_on=timezone.localdate(),
    )  # fmt: skip
    client = APIClient()
    _row, key = make_token(scene.speaker, "entrepôt")
    client.credentials(HTTP_AUTHORIZATION=f"Token {key}")
    found = client.get("/api/v1/supplier-orders/").json()["results"]
    assert [row["reference"] for row in found] == [scene.supplied.reference]
    assert client.get(f"/api/v1/supplier-orders/{foreign.pk}/").status_code == 404
    base = f"/api/v1/supplier-orders/{scene.supplied.pk}/"
    content = client.get(f"{base}content/").json()
    assert content["deliver"][0]["for"] == scene.order.reference
    assert {(one["part_number"], one["left"]) for one in content["deliver"][0]["lines"]} == {
        ("P14", 4), ("C65", 4),
    }  # fmt: skip
    body = {
        "id": "M-1", "kind": "ship", "at": timezone.now().isoformat(),
        "body": {"delivery": "BL-1", "for": scene.order.reference, "lines": [laptops("Z1")]},
    }  # fmt: skip
    answers = [client.post(f"{base}messages/", body, format="json") for _n in range(3)]
    assert [(a.status_code, a.json()["again"]) for a in answers] == [
        (201, False), (200, True), (200, True),
    ]  # fmt: skip
    assert ShippedPiece.objects.count() == 1
    wrong = body | {"id": "M-2", "body": {"delivery": "BL-2", "lines": [laptops("Z1")]}}
    refused = client.post(f"{base}messages/", wrong, format="json")
    assert refused.status_code == 400
    assert "lines.1.serials" in refused.json()["errors"]
    assert client.get("/api/v1/devices/").json()["results"] == []
    assert client.get("/api/v1/orders/").json()["results"] == []


def sheet(scene, *rows):
    """An XLSX as a supplier fills it in."""
    book = Workbook()
    page = book.active
    page.append(["Bon", "Commande", "Reference", "Nombre", "Serie", "Date"])
    for row in rows:
        page.append(row)
    file = io.BytesIO()
    book.save(file)
    return SimpleUploadedFile("bon.xlsx", file.getvalue())


def test_a_file_is_looked_at_then_heard_once(cast, scene, client):
    client.force_login(cast.odile)
    ref, url = scene.order.reference, reverse("grants:read_note", args=[scene.supplied.pk])
    rows = [("BL-5", ref, "P14", 1, f"F{n}", "02/12/2026") for n in range(3)]
    rows.append(("BL-5", ref, "C65", 4, None, None))
    page = client.post(url, {"fichier": sheet(scene, *rows)})
    assert page.status_code == 200
    assert not Shipment.objects.exists()
    signed = page.context["signed"]
    confirm = reverse("grants:confirm_note", args=[scene.supplied.pk])
    for _n in range(2):
        client.post(confirm, {"signe": signed})
    made = Shipment.objects.get()
    assert made.planned_on == dt.date(2026, 12, 2)
    assert ShippedPiece.objects.filter(line__shipment=made).count() == 3
    assert "trop ancien" in client.post(confirm, {"signe": "x"}, follow=True).content.decode()


def test_a_wrong_row_is_told_by_line_and_column(cast, scene, client):
    client.force_login(cast.odile)
    url = reverse("grants:read_note", args=[scene.supplied.pk])
    rows = [
        ("BL-5", scene.order.reference, "P14", "beaucoup", None, None),
        ("BL-5", scene.order.reference, "", 1, None, None),
    ]
    page = client.post(url, {"fichier": sheet(scene, *rows)})
    assert [(line, column) for line, column, _why in page.context["note"].errors] == [
        (2, "nombre"), (3, "reference"),
    ]  # fmt: skip
    good = [("BL-5", scene.order.reference, "P14", 9, None, None)]
    page = client.post(url, {"fichier": sheet(scene, *good)})
    assert page.context["note"].errors[0][:2] == (2, "nombre")
    pdf = SimpleUploadedFile("bon.pdf", b"%PDF-1.7")
    assert "est un PDF" in client.post(url, {"fichier": pdf}, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_four_at_once_are_heard_once():
    cast = make_cast()
    scene = Scene(cast)
    told = said(
        scene.supplied, "ship", "M-1", delivery="BL-1",
        lines=[laptops("Q1", "Q2")], **{"for": scene.order.reference},
    )  # fmt: skip
    answers = []

    def hear():
        try:
            answers.append(hear_supplier(make_again(scene.speaker), told).again)
        finally:
            connection.close()

    threads = [threading.Thread(target=hear) for _n in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(answers) == [False, True, True, True]
    assert ShippedPiece.objects.count() == 2


def make_again(user):
    """The same person, read by this thread."""
    return type(user).objects.get(pk=user.pk)


def test_a_stranger_and_another_supplier_are_not_heard(cast, scene):
    stranger = make_speaker(make_lot(make_kit()).supplier, "Sylvie Exemple")
    with pytest.raises(SupplierOrder.DoesNotExist):
        hear_supplier(stranger, said(scene.supplied, "acknowledge"))
    with pytest.raises(SupplierOrder.DoesNotExist):
        hear_supplier(cast.bernard, said(scene.supplied, "acknowledge"))

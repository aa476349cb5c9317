"""What arrived together: an import is a delivery, a choice in the list becomes one."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.note_delivery import note_delivery
from inventory.models import Category, Delivery, Device
from tests.architecture.query_counts import assert_query_count
from tests.cast import make_device
from tests.inventory.imports.files import load, number_sites, row

TODAY = dt.date(2026, 3, 2)


@pytest.fixture
def devices(cast):
    return [make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP) for n in range(3)]


def test_an_import_that_makes_devices_is_a_delivery(cast, client):
    number_sites()
    cast.tilleuls.refresh_from_db()
    kinds = {"maker": "Exemple", "model": "L14", "category": "Ordinateur portable"}
    make_device(cast.tilleuls, "PC-0", Category.LAPTOP, serial="S0")
    rows = [row(cast.tilleuls, name=f"PC-{n}", serial=f"S{n}", **kinds) for n in range(3)]
    run = load(rows, cast.sofia, create_products=True)
    made = Delivery.objects.get()
    assert made.run == run
    new = Device.objects.filter(arrival__delivery=made)
    assert sorted(new.values_list("name", flat=True)) == ["PC-1", "PC-2"]
    client.force_login(cast.sofia)
    panel = client.get(reverse("inventory:import_labels", args=[run.pk])).content.decode()
    assert "Imprimer les étiquettes des 2 équipements" in panel
    page = client.get(reverse("schools:import", args=[run.pk])).content.decode()
    assert reverse("inventory:import_labels", args=[run.pk]) in page
    labels = client.get(reverse("inventory:labels"), {"livraison": made.pk})
    assert labels.context["total"] == 2


def test_a_choice_becomes_a_delivery_once(cast, devices):
    made = note_delivery(cast.claire, [d.pk for d in devices[:2]], " BL-7 ", TODAY)
    assert (made.reference, made.pieces.count()) == ("BL-7", 2)
    with pytest.raises(DecisionImpossible, match="PC-0"):
        note_delivery(cast.claire, [d.pk for d in devices], "BL-8", TODAY)
    assert Delivery.objects.count() == 1


def test_only_a_keeper_notes_what_he_keeps(cast, devices):
    keys = [device.pk for device in devices]
    for user in (cast.odile, cast.veronique):
        with pytest.raises(DecisionRefused):
            note_delivery(user, keys, "BL-7", TODAY)
    with pytest.raises(DecisionImpossible, match="Aucun équipement"):
        note_delivery(cast.karl, keys, "BL-7", TODAY)
    for reference, day in (("  ", TODAY), ("BL", timezone.localdate() + dt.timedelta(days=1))):
        with pytest.raises(DecisionImpossible):
            note_delivery(cast.claire, keys, reference, day)


def test_a_delivery_is_seen_as_far_as_its_devices_are(cast, devices, client):
    far = make_device(cast.peupliers, "PC-L", Category.LAPTOP)
    made = note_delivery(cast.sofia, [devices[0].pk, far.pk], "BL-7", TODAY)
    page = reverse("inventory:delivery", args=[made.pk])
    client.force_login(cast.claire)
    assert client.get(page).context["total"] == 1
    assert "Peupliers" not in client.get(page).content.decode()
    listed = client.get(reverse("inventory:deliveries")).context["rows"]
    assert [(one.devices, one.sites) for one in listed] == [(1, 1)]
    Device.objects.filter(pk=devices[0].pk).update(site=cast.peupliers)
    assert client.get(page).status_code == 404


def test_the_pages_note_and_name_it(cast, devices, client):
    client.force_login(cast.claire)
    url = reverse("inventory:note_delivery")
    bad = client.post(url, {"appareil": devices[0].pk, "reference": "BL-7"}, follow=True)
    assert "Indiquez le jour" in bad.content.decode()
    assert client.get(reverse("inventory:labels"), {"appareil": devices[0].pk}).status_code == 200
    said = {"appareil": [d.pk for d in devices], "reference": "BL-7", "received_on": "2026-03-02"}
    made = client.post(url, said)
    row_ = Delivery.objects.get()
    assert made.url == reverse("inventory:delivery", args=[row_.pk])
    rename = reverse("inventory:name_delivery", args=[row_.pk])
    client.post(rename, {"reference": "BL-77", "received_on": "2026-03-03"})
    row_.refresh_from_db()
    assert (row_.reference, row_.received_on) == ("BL-77", dt.date(2026, 3, 3))
    client.force_login(cast.odile)
    assert client.post(url).status_code == 403
    assert client.post(rename).status_code == 403


def test_the_list_costs_the_same_whatever_its_length(cast, devices, client):
    client.force_login(cast.claire)
    for n, device in enumerate(devices):
        note_delivery(cast.claire, [device.pk], f"BL-{n}", TODAY)
        if n != 1:
            with assert_query_count("deliveries_list"):
                assert len(client.get(reverse("inventory:deliveries")).context["rows"]) == n + 1


def test_more_than_fit_are_refused_whole(cast, devices, monkeypatch):
    monkeypatch.setattr("inventory.actions.note_delivery.AT_MOST", 2)
    with pytest.raises(DecisionImpossible, match="Plus de 2"):
        note_delivery(cast.claire, [device.pk for device in devices], "BL-7", TODAY)
    assert not Delivery.objects.exists()


def test_a_digit_that_is_no_number_names_nothing(cast, client):
    client.force_login(cast.claire)
    for name in ("local", "livraison", "appareil", "tirage", "premiere"):
        assert client.get(reverse("inventory:labels"), {name: "²"}).status_code == 200, name

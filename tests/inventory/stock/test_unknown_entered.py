"""What a stock-taking read and nobody knew is entered from its finding, prefilled."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from inventory.actions.close_stock_taking import close_stock_taking
from inventory.actions.open_stock_taking import open_stock_taking
from inventory.actions.record_scans import record_scans
from inventory.models import Category, Device, FindingKind, Product, StockFinding
from schools.models import AuditEntry
from tests.cast import make_device, make_room
from tests.inventory.stock.test_counting import scan

NEW = reverse("inventory:device_new")


@pytest.fixture
def found(cast) -> dict[str, StockFinding]:
    """By what was read; the school sticks labels that begin with RW."""
    room = make_room(cast.tilleuls, "A.01")
    make_device(cast.tilleuls, "PC-1", Category.LAPTOP, room=room, asset_number="RW-1")
    taking = open_stock_taking(cast.claire, cast.tilleuls)
    record_scans(cast.claire, taking.pk, [scan("RW-77", room), scan("5CD-99", room), scan("?")])
    close_stock_taking(cast.claire, taking.pk)
    return {one.text: one for one in StockFinding.objects.filter(kind=FindingKind.UNKNOWN)}


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


def report(finding: StockFinding) -> str:
    return reverse("inventory:stock_taking", args=[finding.stock_taking_id])


def test_from_the_finding_to_the_register_in_three_screens(cast, found):
    finding, client = found["RW-77"], as_(cast.claire)
    product = Product.objects.create(maker="Exemple", model="L14", category=Category.LAPTOP)
    page, url = client.get(report(finding)).content.decode(), ""
    for part in ("constat=", "genre=laptop", f"produit={product.pk}"):
        # each screen leads to the next, and keeps what it is about
        links = re.findall(r'href="([^"]+)"', page)
        told = next(
            link for link in links if part in link and f"constat={finding.pk}" in link
        ).replace("&amp;", "&")
        url = told if told.startswith("/") else NEW + told
        page = client.get(url).content.decode()
    assert "RW-77" in page
    form = client.get(url).context["form"]
    assert (form["asset_number"].value(), form["serial"].value()) == ("RW-77", None)
    place = client.get(url).context["place"]
    assert place["room"].value() == finding.room_id
    sent = re.search(r'name="envoi" value="([^"]+)"', page)
    said = {"asset_number": "RW-77", "owner": "school", "origin": "own", "state": "installed",
            "room": finding.room_id, "envoi": sent[1]}  # fmt: skip
    for _twice in range(2):
        assert client.post(url, said).url == report(finding)
    device = Device.objects.get(asset_number="RW-77")
    finding.refresh_from_db()
    assert (finding.state, finding.device, device.room_id) == ("accepted", device, finding.room_id)
    assert AuditEntry.objects.filter(action="add_device").count() == 1
    assert AuditEntry.objects.filter(action="accept_finding").count() == 1
    page = client.get(report(finding)).content.decode()
    assert "ajouté à l’inventaire" in page
    assert reverse("inventory:device", args=[device.pk]) in page


def test_another_number_is_the_makers(cast, found):
    product = Product.objects.create(maker="Exemple", model="L14", category=Category.LAPTOP)
    url = f"{NEW}?site={cast.tilleuls.pk}&produit={product.pk}&constat={found['5CD-99'].pk}"
    form = as_(cast.claire).get(url).context["form"]
    assert (form["serial"].value(), form["asset_number"].value()) == ("5CD-99", None)


def test_taking_the_decision_back_leaves_the_device(cast, found):
    finding, client = found["5CD-99"], as_(cast.claire)
    product = Product.objects.create(maker="Exemple", model="L14", category=Category.LAPTOP)
    url = f"{NEW}?site={cast.tilleuls.pk}&produit={product.pk}&constat={finding.pk}"
    client.post(url, {"owner": "school", "origin": "own", "state": "in_stock"})
    client.post(reverse("inventory:undo_finding", args=[finding.pk]))
    finding.refresh_from_db()
    assert (finding.state, finding.device) == ("open", None)
    assert Device.objects.count() == 2


def test_a_finding_of_another_school_or_kind_is_not_found(cast, found):
    missing = StockFinding.objects.create(
        stock_taking=found["RW-77"].stock_taking, kind=FindingKind.DAMAGED, text="x"
    )
    for site, finding in (
        (cast.tilleuls, missing),
        (cast.peupliers, found["RW-77"]),
    ):
        url = f"{NEW}?site={site.pk}&constat={finding.pk}"
        assert as_(cast.sofia).get(url).status_code == 404
    page = as_(cast.veronique).get(report(found["RW-77"])).content.decode()
    assert "constat=" not in page

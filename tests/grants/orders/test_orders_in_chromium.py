"""Orders and deliveries in a real browser: axe, phone and desk; counting and signing by scanner."""

from __future__ import annotations

import pytest
from django.urls import reverse

from inventory.grants.actions.orders.fill_basket import put_in_basket
from inventory.grants.actions.orders.sign_delivery import Signed, sign_delivery
from inventory.grants.models.orders.deliveries import Reception
from inventory.grants.models.orders.members import Membership
from inventory.models import Device
from tests.browsing import enter, faults_at
from tests.cast import make_cast, make_room
from tests.grants.orders.made import Scene, make_kit, make_lot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_page_is_accessible_on_a_desk_and_on_a_phone(page):
    cast = make_cast()
    scene = Scene(cast)
    waiting = scene.deliver("A1", charge=2)
    done = scene.deliver("A2")
    make_room(cast.tilleuls, "B.01")
    sign_delivery(cast.claire, done.pk, Signed(rest_is_here=True))
    other = make_kit("Écran")
    make_lot(other)
    put_in_basket(cast.claire, Membership.objects.get().pk, other.pk, 1)
    wrong = []
    enter(page, cast.bernard)
    for name, args in (
        ("my_deliveries", []), ("shipment", [waiting.pk]), ("shipment", [done.pk]),
        ("catalogue", []), ("purchasing", []), ("order", [scene.order.pk]), ("claims", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"grants:{name}", args=args))
    wrong += faults_at(page, f"{reverse('grants:compare_kits')}?kit={scene.kit.pk}&kit={other.pk}")
    enter(page, cast.odile)
    for name, args in (
        ("orders", []), ("supplier_orders", []), ("supplier_order", [scene.supplied.pk]),
        ("market", []), ("lot_new", []), ("suppliers", []), ("renewal", []),
    ):  # fmt: skip
        wrong += faults_at(page, reverse(f"grants:{name}", args=args))
    assert wrong == []


def test_a_scanner_counts_and_one_button_signs(page):
    cast = make_cast()
    scene = Scene(cast)
    made = scene.deliver("A1", "A2", charge=4)
    enter(page, cast.claire)
    page.set_viewport_size({"width": 390, "height": 850})
    page.goto(reverse("grants:shipment", args=[made.pk]))
    desk = page.locator("[data-reception]")
    for text, word in (("a1", "Attendu, bien là"), ("A1", "Déjà scanné"), ("ZZ99", "Pas sur ce")):
        desk.locator("[data-scan]").fill(text)
        desk.locator("[data-scan]").press("Enter")
        desk.locator("[data-verdict]", has_text=word).wait_for()
    assert Reception.objects.count() == 0
    bad = desk.locator("[data-piece]", has_text="A2")
    bad.locator("[data-remark]").select_option("damaged")
    bad.locator(".remark-note-x").fill("Écran fêlé")
    desk.get_by_role("button", name="Signer la livraison").click()
    page.locator("dialog[open]").get_by_role("button", name="Signer").click()
    page.get_by_text("Ce qui est entré dans l’inventaire").wait_for()
    signed = Reception.objects.get()
    assert signed.remarks.get().note == "Écran fêlé"
    assert list(Device.objects.values_list("serial", flat=True)) == ["A1"]

"""Pages of devices and of the catalogue in a real browser: accessible, within the width, usable."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.actions.change_device import change_device
from inventory.models import Category, Device, Product
from tests.browsing import complaints, enter, faults_at
from tests.cast import Cast, make_cast, make_room
from tests.world_devices import DevicesWorld, make_devices_world, make_field

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def world(cast: Cast) -> DevicesWorld:
    make_field("os", "Système", "choice", choices=["Linux"], categories=(Category.LAPTOP,))
    return make_devices_world(make_room(cast.tilleuls, "A.14"), "T")


def pages_of(world: DevicesWorld) -> list[str]:
    def at(name: str, *args: int) -> str:
        return reverse(f"inventory:{name}", args=args)

    laptop = world.laptop
    new = f"{at('device_new')}?site={laptop.site_id}"
    return [
        f"{at('devices')}?type=laptop&cf_ram_min=4",
        at("device", laptop.pk),
        at("device_change", laptop.pk),
        f"{at('device_move', laptop.pk)}?vers=lost",
        f"{at('device_move', laptop.pk)}?vers=transfert",
        at("device_new"),
        new,
        f"{new}&genre=laptop",
        f"{new}&produit={world.product.pk}",
        at("cloud"),
        at("catalogue"),
        at("product", world.product.pk),
        at("kits"),
        at("kit", world.kit.pk),
        at("custom_fields"),
    ]


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast, world: DevicesWorld) -> None:
    enter(page, cast.sofia.email)
    wrong = [one for url in pages_of(world) for one in faults_at(page, url)]
    page.goto(f"{reverse('inventory:devices')}?type=laptop")
    page.locator("summary", has_text="Plus de filtres").click()
    wrong += complaints(page, "more filters")
    assert wrong == []


def test_the_forms_of_the_catalogue_are_accessible(
    page: Any, cast: Cast, world: DevicesWorld
) -> None:
    enter(page, cast.odile.email)
    wrong = []
    for name, args in (
        ("product_new", []),
        ("product_change", [world.product.pk]),
        ("product_merge", [world.product.pk]),
        ("kit_new", []),
        ("kit_version", [world.kit_draft.pk]),
        ("kit", [world.kit.pk]),
        ("custom_field_new", []),
        ("custom_field", [world.custom_field.pk]),
    ):
        url = reverse(f"inventory:{name}", args=args)
        page.goto(url)
        wrong += complaints(page, url)
    assert wrong == []


def test_a_contact_adds_on_a_phone_moves_and_takes_it_back(
    page: Any, cast: Cast, world: DevicesWorld
) -> None:
    Product.objects.create(maker="Exemple", model="Tab 10", category=Category.TABLET)
    page.set_viewport_size({"width": 390, "height": 850})
    enter(page, cast.claire.email)
    page.goto(reverse("helpdesk:equipment"))
    page.get_by_role("link", name="Ajouter").click()
    page.get_by_role("link", name="Tablette").click()
    page.get_by_role("link", name="Exemple Tab 10").click()
    page.get_by_label("Numéro de série").fill("TAB-77")
    page.get_by_label("Local").select_option(label="A.14")
    page.get_by_role("button", name="Ajouter à l’inventaire").click()
    page.get_by_role("heading", name="Tablette 1").wait_for()
    page.get_by_role("button", name="En réparation").click()
    page.locator("[data-undo]").wait_for()
    tablet = Device.objects.get(serial="TAB-77")
    assert tablet.state == "in_repair"
    page.locator("[data-undo-button]").click()
    page.get_by_text("Mouvement annulé.").wait_for()
    tablet.refresh_from_db()
    assert (tablet.state, tablet.room.name) == ("installed", "A.14")


def test_who_was_slower_chooses_line_by_line(page: Any, cast: Cast, world: DevicesWorld) -> None:
    laptop = world.laptop
    laptop.refresh_from_db()
    enter(page, cast.claire.email)
    page.goto(reverse("inventory:device_change", args=[laptop.pk]))
    change_device(cast.bernard, laptop.pk, {"notes": "vitre fendue"}, seen=laptop.version)
    page.get_by_label("Remarque").fill("clavier cassé")
    page.get_by_role("button", name="Enregistrer").click()
    page.get_by_text("a été modifié entre-temps").first.wait_for()
    assert complaints(page, "conflict") == []
    page.get_by_role("radio", name="vitre fendue").check()
    page.get_by_role("button", name="Enregistrer ce choix").click()
    page.get_by_role("heading", name="PC-T").wait_for()
    laptop.refresh_from_db()
    assert laptop.notes == "vitre fendue"

"""Choosing devices, changing them together, taking it back: in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from inventory.models import Category, Device
from tests.browsing import complaints, enter
from tests.cast import make_cast, make_device
from tests.inventory.imports.files import number_sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}


@pytest.fixture
def sofia(page: Page) -> Page:
    cast = make_cast()
    number_sites()
    for n in range(5):
        make_device(cast.tilleuls, f"PC-{n}", Category.LAPTOP)
    enter(page, cast.sofia)
    page.goto("/equipements/")
    expect(page.get_by_role("heading", name="Équipements")).to_be_visible()
    return page


def choose(page: Page) -> None:
    page.goto("/equipements/")
    page.get_by_role("checkbox", name="Choisir PC-1").click()
    page.get_by_role("checkbox", name="Choisir PC-3").click(modifiers=["Shift"])
    expect(page.locator("[data-pick-count]")).to_have_text("3")


def test_three_rows_are_changed_together_and_taken_back(sofia: Page) -> None:
    choose(sofia)
    sofia.get_by_role("button", name="Modifier").click()
    expect(sofia.get_by_role("heading", name="Modifier 3 équipements")).to_be_visible()
    sofia.get_by_label("Situation").select_option("in_repair")
    sofia.get_by_role("button", name="Voir ce qui changerait").click()
    sofia.get_by_role("button", name="Importer 3 lignes").click()
    sofia.get_by_role("dialog").get_by_role("button", name="Importer").click()
    expect(sofia.get_by_text("3 objets écrits, et notés au journal.")).to_be_visible()
    assert Device.objects.filter(state="in_repair").count() == 3
    sofia.get_by_role("button", name="Annuler ce qui a changé").click()
    expect(sofia.get_by_role("button", name="Importer 3 lignes")).to_be_visible()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(sofia: Page, size, theme) -> None:
    sofia.set_viewport_size(size)
    sofia.emulate_media(color_scheme=theme)

    def check() -> None:
        assert complaints(sofia) == []

    choose(sofia)
    check()
    sofia.get_by_role("button", name="Modifier").click()
    check()
    sofia.get_by_label("Situation").select_option("in_repair")
    sofia.get_by_role("button", name="Voir ce qui changerait").click()
    expect(sofia.get_by_role("button", name="Importer 3 lignes")).to_be_visible()
    check()
    sofia.goto("/equipements/importer/")
    check()

"""The pages of imports in a real browser: send, confirm; accessible, within the width."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from schools.models import Site
from tests.browsing import complaints, enter
from tests.cast import make_person, make_town
from tests.schools.imports.sources import row, sheet

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
FILE = {
    "name": "fwb.csv",
    "mimeType": "text/csv",
    "buffer": sheet([row(), row(site="902", address="Rue Haute 1"), row(site="12-bis")]),
}


@pytest.fixture
def officer(page: Page) -> Page:
    make_town("namur", "Bellerive")
    odile = make_person("Odile Exemple", "officer", region=True)
    enter(page, odile)
    page.goto("/imports/")
    expect(page.get_by_role("heading", name="Imports")).to_be_visible()
    return page


def send(page: Page) -> None:
    page.goto("/imports/nouveau/")
    page.locator("input[type=file]").set_input_files(FILE)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("button", name=re.compile("^Importer 2 lignes"))).to_be_visible()


def test_a_file_is_sent_read_and_confirmed_with_its_consequence_named(officer: Page) -> None:
    send(officer)
    officer.get_by_role("button", name="Importer 2 lignes, laisser 1 refusée").click()
    dialog = officer.get_by_role("dialog")
    expect(dialog).to_contain_text("Objets : 4 créés.")
    dialog.get_by_role("button", name="Importer").click()
    expect(officer.get_by_text("4 objets écrits, et notés au journal.")).to_be_visible()
    assert Site.objects.filter(number__in=["901", "902"]).count() == 2


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(officer: Page, size, theme) -> None:
    officer.set_viewport_size(size)
    officer.emulate_media(color_scheme=theme)
    send(officer)
    preview = officer.url
    for url in (preview, f"{preview}?sort=created", "/imports/", "/imports/nouveau/"):
        officer.goto(url)
        assert complaints(officer) == []

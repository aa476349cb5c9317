"""The lab page in a real browser: break, confirm, undo, repair; accessible, within the width."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from deploy.lab.models import Fault
from tests.browsing import complaints

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def lab(page: Page) -> Page:
    """The page of Moulin, as Sofia sees it."""
    call_command("load_demo", verbosity=0)
    page.goto("/entrer/?next=/lab/%3Fsite=moulin")
    page.get_by_role("button", name=re.compile("Sofia Lambrecht")).click()
    expect(page.get_by_role("heading", name="Laboratoire")).to_be_visible()
    return page


def live() -> list[str]:
    return [f"{fault.device} {fault.kind}" for fault in Fault.objects.live()]


def test_faults_are_made_repaired_and_taken_back(lab: Page) -> None:
    """One after the other, on one page: to load the demonstration takes longer than all of them."""
    _the_toast_takes_it_back(lab)
    _an_access_point_is_unplugged_and_repaired(lab)
    _other_faults_are_one_step_away(lab)
    _a_big_fault_names_its_consequence_and_can_be_left(lab)


def _an_access_point_is_unplugged_and_repaired(lab: Page) -> None:
    lab.get_by_role("button", name="Débrancher : AP-B12", exact=True).click()
    expect(lab.get_by_role("button", name="Réparer AP-B12", exact=True)).to_be_visible()
    assert live() == ["AP-B12 unplug"]
    expect(lab.locator("#lab-faults")).to_contain_text("AP-B12")
    for width in (1440, 390):
        lab.set_viewport_size({"width": width, "height": 850})
        assert complaints(lab, f"{width} px") == []
    lab.set_viewport_size({"width": 1280, "height": 800})
    lab.get_by_role("button", name="Réparer AP-B12", exact=True).click()
    expect(lab.get_by_role("button", name="Débrancher : AP-B12", exact=True)).to_be_visible()
    assert live() == []


def _the_toast_takes_it_back(lab: Page) -> None:
    lab.get_by_role("button", name="Débrancher : AP-A01", exact=True).click()
    lab.get_by_role("button", name=re.compile("Annuler")).click()
    expect(lab.get_by_role("button", name="Débrancher : AP-A01", exact=True)).to_be_visible()
    expect(lab.locator("#lab-faults")).to_contain_text("Tout fonctionne")
    assert live() == []


def _other_faults_are_one_step_away(lab: Page) -> None:
    lab.get_by_label("Autre panne de IMP-B1").click()
    lab.get_by_role("button", name="Dépasser un seuil : IMP-B1").click()
    expect(lab.locator("#lab-moulin")).to_contain_text("valeur hors seuil")
    assert live() == ["IMP-B1 threshold"]
    lab.get_by_role("button", name="Réparer IMP-B1", exact=True).click()
    expect(lab.locator("#lab-faults")).to_contain_text("Tout fonctionne")


def _a_big_fault_names_its_consequence_and_can_be_left(lab: Page) -> None:
    lab.get_by_role("button", name="Débrancher : SW-B1", exact=True).click()
    dialog = lab.get_by_role("dialog")
    expect(dialog).to_contain_text("7 équipements derrière SW-B1 se taisent avec lui.")
    lab.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert live() == []
    lab.get_by_role("button", name="Débrancher : SW-B1", exact=True).click()
    dialog.get_by_role("button", name="Débrancher").click()
    expect(lab.locator("#lab-moulin")).to_contain_text("éteint avec SW-B1")
    assert live() == ["SW-B1 unplug"]

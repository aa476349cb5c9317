"""Webhooks and saved views in a real browser: by keyboard, accessible, on a phone too."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from schools.actions.fan_out_events import fan_out_events
from schools.actions.keep_webhook import make_webhook
from schools.actions.send_deliveries import send_deliveries
from schools.models import SavedView
from tests.browsing import COLOURS, GOOD_PRACTICE, complaints, enter
from tests.cast import Cast, make_cast
from tests.schools.webhooks.receiver import Receiver
from tests.schools.webhooks.test_deliveries import happens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return make_cast()


@pytest.mark.parametrize("width", [390, 1280])
def test_pages_are_accessible_and_fit(page: Any, cast: Cast, width: int) -> None:
    with Receiver(answers=[500, 204, 204]) as receiver:
        row, _secret = make_webhook(cast.sofia, "Messagerie", receiver.url, ["inventory"])
        for _n in range(3):
            happens(cast.tilleuls)
        fan_out_events()
        send_deliveries()
    enter(page, cast.sofia)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    for url in (reverse("schools:webhooks"), reverse("schools:webhook", args=[row.pk])):
        for theme in ("light", "dark"):
            page.goto(url)
            page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            rules = GOOD_PRACTICE if theme == "light" else COLOURS
            assert complaints(page, f"{url} {theme}", rules) == []


def test_a_view_is_kept_used_let_go_and_taken_back(page: Any, cast: Cast) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("schools:sites") + "?province=namur")
    menu = page.locator("[data-views-menu]")
    menu.locator("summary").click()
    menu.get_by_label("Garder ces filtres sous le nom").fill("Namur")
    menu.get_by_label("Montrer aux collègues de même fonction").check()
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Namur")).to_have_attribute("aria-current", "true")
    assert SavedView.objects.get().shared_with == ["central_technician"]
    assert complaints(page, rules=GOOD_PRACTICE) == []
    page.goto(reverse("schools:sites"))
    menu.locator("summary").click()
    menu.get_by_role("link", name="Namur").click()
    page.wait_for_url("**province=namur")
    menu.locator("summary").click()
    menu.get_by_role("button", name="Supprimer la vue Namur").click()
    menu.get_by_role("button", name="Annuler").click()
    expect(menu.get_by_role("link", name="Namur")).to_be_visible()
    assert SavedView.objects.get().query == "province=namur"

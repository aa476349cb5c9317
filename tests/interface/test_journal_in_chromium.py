"""The journal and the access keys in a real browser: accessible, within the width, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from schools.actions.audit import record_action
from schools.models import User
from tests.browsing import complaints
from tests.cast import PASSWORD, make_cast
from tests.interface.test_pages_in_chromium import tab
from tests.world import make_everything

__all__ = ["tab"]
pytestmark = pytest.mark.browser


def sign_in(page: Page, email: str) -> None:
    page.goto("/journal/")
    page.fill("[name=username]", email)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal/**", wait_until="load")
    expect(page.locator("h1")).to_have_text("Journal")


def test_journal_and_keys_are_accessible_and_fit(tab: Any) -> None:
    cast = make_cast()
    world = make_everything(cast.tilleuls, cast.sofia)
    entry = record_action(
        cast.sofia,
        "set_priority",
        world.ticket,
        site=cast.tilleuls,
        before={"priority": 3},
        after={"priority": 1},
        why="Examens lundi",
    )
    pages = (f"/journal/{entry.pk}/", "/mon-compte/cles/", "/journal/?personne=moi&q=lundi")
    wrong = []
    for width, theme in ((1280, "light"), (390, "dark")):
        page = tab(width, theme)
        sign_in(page, cast.sofia.email)
        for url in pages:
            page.goto(url)
            wrong += complaints(page, f"{url} {width} {theme}")
    assert wrong == []


def test_a_key_is_made_copied_and_revoked(tab: Any) -> None:
    cast = make_cast()
    page = tab()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    sign_in(page, cast.claire.email)
    page.goto("/mon-compte/cles/")
    page.get_by_label("À quoi sert cette clé").fill("Tableur")
    page.get_by_label("Tickets, messages, signalements").check()
    page.get_by_role("button", name="Créer la clé").click()
    shown = page.locator("#new-key")
    page.get_by_role("button", name="Copier").click()
    expect(page.get_by_text("Clé copiée.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == shown.input_value()
    page.get_by_role("button", name="Révoquer « Tableur »").click()
    expect(page.get_by_text("s’arrête aussitôt")).to_be_visible()
    page.get_by_role("button", name="Révoquer", exact=True).last.click()
    expect(page.get_by_text("Clé révoquée")).to_be_visible()
    assert User.objects.get(pk=cast.claire.pk).api_tokens.get().revoked_at

"""An open page of contacts hears what a colleague does, and shows it without a reload."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, expect

from schools.actions.invite_person import Guest, invite_person
from schools.models import Post, RoleKind
from tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.browser


def test_a_colleague_s_invitation_appears_on_the_open_page(chromium: Browser, granian: str) -> None:
    cast = make_cast()
    context = chromium.new_context(base_url=granian, locale="fr-BE")
    context.set_default_timeout(20_000)
    page: Any = context.new_page()
    url = reverse("schools:access", args=[cast.tilleuls.school_id])
    page.goto(f"/entrer/?next={url}")
    page.locator("#id_username").fill(cast.bernard.email)
    page.locator("#id_password").fill(PASSWORD)
    with page.expect_response("**/live/"):
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{url}")
    expect(page.locator("#access")).to_be_visible()
    page.wait_for_timeout(1_000)  # the stream listens a moment after it answers
    post = Post(RoleKind.CONTACT, school=cast.tilleuls.school)
    invite_person(
        cast.veronique,
        Guest("ines@example.org", "Inès Exemple"),
        post,
        from_on=timezone.localdate(),
    )
    expect(page.locator("#access")).to_contain_text("Inès Exemple", timeout=20_000)
    context.close()

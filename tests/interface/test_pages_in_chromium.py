"""The kit in a real browser: accessible, within the width, driven by the keyboard, live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from schools.live import announce
from tests.browsing import COLOURS, OVERFLOW, WCAG, complaints
from tests.cast import PASSWORD, make_cast

pytestmark = pytest.mark.browser

PAGES = {"desk": "/kit/", "phone": "/kit/telephone/", "door": "/kit/entree/"}


@pytest.fixture
def tab(chromium: Browser, granian: str) -> Iterator[Any]:
    """Open tabs on the ASGI server: `tab(width, theme)`."""
    contexts = []

    def open_tab(width: int = 1280, theme: str = "light", **more: Any) -> Page:
        context = chromium.new_context(
            base_url=granian,
            locale="fr-BE",
            viewport={"width": width, "height": 850},
            color_scheme=theme,
            **more,
        )
        context.set_default_timeout(8_000)
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


def test_every_component_is_accessible_and_fits(tab: Any) -> None:
    wrong = []
    for theme in ("light", "dark"):
        for width in (1440, 768, 390):
            page = tab(width, theme)
            said = []
            page.on("console", lambda m, said=said: said.append(m.text) if m.type == "error" else 0)
            page.on("pageerror", lambda e, said=said: said.append(str(e)))
            for name, url in PAGES.items():
                page.goto(url)
                expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)
                rules = WCAG if theme == "light" else COLOURS
                wrong += complaints(page, f"{name} {width} {theme}", rules)
            wrong += said
    assert not wrong


def test_zoomed_twice_nothing_scrolls_sideways(tab: Any) -> None:
    page = tab(640)  # 1,280 pixels at 200 %
    page.goto("/kit/")
    assert page.evaluate(OVERFLOW) == 0
    assert page.locator("h1").is_visible()


def test_paper_shows_the_content_alone(tab: Any) -> None:
    page = tab()
    page.goto("/kit/")
    page.emulate_media(media="print")
    for gone in (".side", ".top", ".fb", ".btn.pri"):
        expect(page.locator(gone).first).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".topology")).to_be_visible()


def test_the_menu_is_a_drawer_on_a_phone(tab: Any) -> None:
    page = tab(390)
    page.goto("/kit/")
    menu = page.get_by_role("navigation", name="Menu principal")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Menu", exact=True).click()
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_an_undo_counts_down_but_waits_while_one_points_at_it(tab: Any) -> None:
    page = tab()
    page.goto("/kit/")
    page.evaluate("preau.toast('Pris.', {undo: '/nulle-part/'})")
    toast = page.locator("#toasts .toast-x")
    left = toast.locator("[data-left]")
    expect(left).to_have_text("7")
    toast.hover()
    page.wait_for_timeout(1_600)
    assert left.inner_text() in {"7", "6"}
    page.mouse.move(5, 5)
    page.keyboard.press("Control+z")
    # That address does not exist: the refusal is said, not swallowed.
    expect(page.get_by_role("alert")).to_contain_text("n’a pas abouti")


def test_fingers_find_44_pixels_on_a_phone(tab: Any) -> None:
    page = tab(390, has_touch=True)
    page.goto("/kit/telephone/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('main a, main button, nav a')]
             .map(e => [e.innerText, e.getBoundingClientRect().height])
             .filter(([, h]) => h > 0 && h < 44)"""
    )
    assert small == []


def test_the_theme_is_kept_and_set_before_the_first_paint(tab: Any) -> None:
    page = tab()
    page.goto("/kit/")
    toggle = page.locator("[data-theme-toggle]").first
    toggle.click()  # auto → light
    toggle.click()  # light → dark
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.add_init_script(
        """document.addEventListener('readystatechange', () => {
             window.early ??= document.documentElement.dataset.bsTheme; })"""
    )
    page.reload()
    assert page.evaluate("window.early") == "dark"


def test_keys_move_open_and_keep_quiet_while_typing(tab: Any) -> None:
    page = tab()
    page.goto("/kit/rangees/?n=4")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("tr.is-focus")).to_have_attribute("data-id", "3")
    page.keyboard.press("k")
    expect(page.locator("tr.is-focus")).to_have_attribute("data-id", "4")
    page.keyboard.press("Enter")
    assert page.url.endswith("#r4")
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).to_be_hidden()

    page.goto("/kit/")
    subject = page.get_by_label("Objet")
    subject.fill("")
    subject.press_sequentially("jnk?")
    assert subject.input_value() == "jnk?"
    assert page.locator("tr.is-focus").count() == 0
    expect(page.locator("dialog#keys")).to_be_hidden()


def test_keys_can_be_switched_off(tab: Any) -> None:
    page = tab()
    page.goto("/kit/rangees/?n=4")
    page.keyboard.press("?")
    page.get_by_label("Utiliser les touches simples").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert page.locator("tr.is-focus").count() == 0


def test_a_confirmation_names_the_consequence(tab: Any) -> None:
    page = tab()
    page.goto("/kit/")
    page.evaluate(
        """() => { const f = document.createElement('form'); f.id = 'f'; f.action = '#sent';
             f.addEventListener('submit', e => { if (!e.defaultPrevented) { e.preventDefault();
               window.sent = (window.sent || 0) + 1; } });
             const b = document.querySelector('[data-confirm]'); b.before(f); f.append(b); }"""
    )
    button = page.get_by_role("button", name="Redémarrer le port 24")
    button.click()
    dialog = page.locator("dialog#confirm")
    expect(dialog).to_contain_text("coupure de 40 s")
    dialog.get_by_role("button", name="Revenir").click()
    assert not page.evaluate("window.sent")
    button.click()
    dialog.get_by_role("button", name="Redémarrer", exact=True).click()
    assert page.evaluate("window.sent") == 1


def test_a_draft_survives_a_reload(tab: Any) -> None:
    page = tab()
    page.goto("/kit/")
    page.get_by_label("Description").fill("Plus de WiFi dans le bloc B")
    # The sample form shows an error, and a form with errors keeps what the server sent.
    page.reload()
    assert page.get_by_label("Description").input_value() == ""
    page.route("**/kit/", _without_errors)
    page.reload()
    assert page.get_by_label("Description").input_value() == "Plus de WiFi dans le bloc B"


def _without_errors(route: Any) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=answer.text().replace('aria-invalid="true"', ""))


def test_signing_in_and_out_by_keyboard(tab: Any) -> None:
    cast = make_cast()
    page = tab()
    page.goto("/")
    expect(page).to_have_url(re.compile("/entrer/"))
    page.goto("/entrer/?next=/kit/")
    # Chromium moves the focus there when it first draws the page: a letter before that is lost.
    expect(page.locator("#id_username")).to_be_focused()
    page.keyboard.type("sofia@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("faux")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.locator(".me-n")).to_have_text(cast.sofia.full_name)
    page.locator(".me-menu summary").press("Enter")
    page.get_by_role("button", name="Se déconnecter").press("Enter")
    expect(page).to_have_url(re.compile("/entrer/"))


def sign_in(page: Page, email: str) -> None:
    page.goto("/entrer/?next=/kit/rangees/")
    page.locator("#id_username").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/kit/rangees/")


def test_new_rows_wait_until_the_reader_asks(tab: Any) -> None:
    cast = make_cast()
    page = tab()
    sign_in(page, cast.sofia.email)
    expect(page.locator("[data-live]")).to_have_text("En direct")
    page.wait_for_timeout(800)
    page.route("**/kit/rangees/", lambda route: route.continue_(url=f"{route.request.url}?n=5"))
    announce("ticket", 1, site=cast.tilleuls.pk)
    pill = page.get_by_role("button", name="2 nouveaux")
    expect(pill).to_be_visible()
    assert page.locator("[data-row]").count() == 3
    # A known row gets its new words where it stands.
    expect(page.locator("[data-row][data-id='3'] td").nth(1)).to_have_text("3 sur 5")
    page.keyboard.press(".")
    assert page.locator("[data-row]").count() == 5
    expect(pill).to_be_hidden()


def test_a_lost_stream_says_since_when(tab: Any, granian: str) -> None:
    cast = make_cast()
    page = tab()
    sign_in(page, cast.sofia.email)
    expect(page.locator("[data-live]")).to_have_text("En direct")
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    expect(page.locator("[data-live]")).to_have_text(re.compile(r"Figé depuis \d\d:\d\d"))

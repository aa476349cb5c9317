"""Chromium: enter as somebody; ask a page for WCAG 2.1 A and AA (axe) and its width."""

from __future__ import annotations

from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from schools.models import User

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
GOOD_PRACTICE = [*WCAG, "best-practice"]
COLOURS = ["color-contrast"]
"""All that a change of theme can change."""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
RUN = """
rules => axe.run({runOnly: rules, resultTypes: ["violations"]})
    .then(found => found.violations.map(one => `${one.id}: ${one.nodes[0].html.slice(0, 160)}`))
"""
SETTLED = """
() => document.readyState === "complete" && !document.querySelector(".htmx-request")
"""
STILL = "Promise.all(document.getAnimations().map(one => one.finished))"
"""A colour on its way to another is not measured."""


def enter(page: Page, person: User | str) -> None:
    """Sign that person (or e-mail address) in, in this page's context.

    By a session of the database: how a password is asked is tried in ``schools/sign_in``. The page
    before lets go first: its answer could take the new cookie away.
    """
    user = person if isinstance(person, User) else User.objects.get(email=person)
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    session = {"name": name, "value": client.cookies[name].value, "path": "/"}
    page.goto("about:blank")
    page.context.clear_cookies()
    page.context.add_cookies([session | {"domain": "localhost"}])


def complaints(page: Page, place: str = "", rules: list[str] = WCAG) -> list[str]:
    """Return what is wrong with the page as it stands, each line beginning with ``place``.

    ``rules`` are tags or names of axe's rules. Only violations are asked for: to tell what passed
    takes axe longer than to look for what does not.
    """
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(RUN, rules)
    if page.evaluate(OVERFLOW) > 0:
        found.append("scrolls sideways")
    return [f"{place or page.url} {one}" for one in found]


def settle(page: Page) -> None:
    """Wait until the panels that load on their own are there."""
    page.wait_for_function(SETTLED)


def faults_at(page: Page, url: str) -> list[str]:
    """Go there; return what is wrong on a desk in light, on a tablet, on a phone in dark."""
    page.set_viewport_size({"width": 1280, "height": 850})
    page.emulate_media(color_scheme="light")
    page.goto(url)
    settle(page)
    for fold in page.locator("details.fold-x > summary").all()[:1]:
        fold.click()
    wrong = complaints(page, f"{url} desk")
    page.set_viewport_size({"width": 768, "height": 850})
    if page.evaluate(OVERFLOW) > 0:
        wrong.append(f"{url} tablet: scrolls sideways")
    page.set_viewport_size({"width": 390, "height": 850})
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-bs-theme=dark]").wait_for(state="attached")
    page.evaluate(STILL)
    return wrong + complaints(page, f"{url} phone, dark")

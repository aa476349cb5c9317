"""A page at a desk in light, and on a phone in dark: accessible, and not too wide."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

from tests.interface.test_pages_in_chromium import OVERFLOW, RULES

AGAIN = """axe.run(document, {runOnly: {type: "rule", values: [
    "color-contrast", "link-in-text-block", "scrollable-region-focusable"]}})"""
"""What another width and theme can change; the rest of the page was looked at before."""
STILL = "Promise.all(document.getAnimations().map(one => one.finished))"


def wrong_with(page: Any, url: str) -> list[str]:
    """What axe finds there, and whether the page is wider than its window; empty: all is well."""
    page.set_viewport_size({"width": 1280, "height": 850})
    page.emulate_media(color_scheme="light")
    page.goto(url)
    page.wait_for_load_state("networkidle")
    for fold in page.locator("details.fold-x > summary").all()[:1]:
        fold.click()
    wrong = [f"{url} {one}" for one in _faults(page, Axe().run(page, options=RULES).response)]
    page.set_viewport_size({"width": 390, "height": 850})
    page.emulate_media(color_scheme="dark")
    page.locator("html[data-bs-theme=dark]").wait_for(state="attached")
    page.evaluate(STILL)
    return wrong + [f"{url} phone {one}" for one in _faults(page, page.evaluate(AGAIN))]


def _faults(page: Any, told: dict[str, Any]) -> list[str]:
    found = [f"{one['id']} {one['nodes'][0]['html'][:120]}" for one in told["violations"]]
    return found + ["scrolls sideways"] * (page.evaluate(OVERFLOW) > 0)

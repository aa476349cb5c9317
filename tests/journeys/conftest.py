"""A whole Préau with its lab, started as a user starts it, once for all journeys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deploy.bench.stack import Stack, running


@pytest.fixture(scope="module")
def stack(chromium: Any) -> Iterator[Stack]:
    """The running platform. Asked for after Chromium: without a browser nothing is started."""
    with running() as started:
        settled = """
            SELECT count(*) > 50 AND count(*) = count(t.last_answer_at)
            FROM supervision_target t WHERE t.site_id IN
                (SELECT site_id FROM supervision_target WHERE last_answer_at IS NOT NULL)
        """
        started.wait("all devices answered", lambda: started.value(settled), 60)
        yield started


@pytest.fixture
def sign_in(chromium: Any, stack: Stack) -> Iterator[Callable[..., Any]]:
    """Open the platform as someone: ``sign_in("sofia")``, ``sign_in("claire", width=390)``."""
    contexts = []

    def enter(who: str, width: int = 1440, theme: str = "light") -> Any:
        context = chromium.new_context(
            base_url=stack.url,
            locale="fr-BE",
            color_scheme=theme,
            viewport={"width": width, "height": 900 if width > 500 else 844},
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.fill("input[name=username]", f"{who}@preau.example")
        page.fill("input[name=password]", "demo")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/entrer/" not in url)
        return page

    yield enter
    for context in contexts:
        context.close()

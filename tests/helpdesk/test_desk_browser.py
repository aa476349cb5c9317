"""The technicians' pages in a real browser: keys, toasts, dialogs, accessibility, width."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from helpdesk.actions.ask_contact import ask_contact
from helpdesk.actions.comment_ticket import comment_ticket
from helpdesk.actions.open_tickets import open_tickets
from helpdesk.models import Ticket
from inventory.models import Category
from tests.browsing import COLOURS, GOOD_PRACTICE, complaints, enter
from tests.cast import Cast, make_cast, make_device, make_link
from tests.helpdesk.faults import fail

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def ticket(cast: Cast) -> Ticket:
    upper = make_device(cast.tilleuls, "SW-A1", Category.SWITCH)
    lower = make_device(cast.tilleuls, "SW-B1", Category.SWITCH)
    make_link(make_device(cast.tilleuls, "RT-1", Category.ROUTER), upper)
    make_link(upper, lower, upper_port="24")
    root = fail(lower)
    fail(make_device(cast.tilleuls, "AP-1", Category.ACCESS_POINT), root=root)
    fail(make_device(cast.saules, "SW-9", Category.SWITCH))
    open_tickets()
    return Ticket.objects.get(site=cast.tilleuls)


def test_a_ticket_is_previewed_taken_and_given_back_by_keys(
    page: Any, cast: Cast, ticket: Ticket
) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("helpdesk:queue") + "?q=tilleuls")
    page.keyboard.press("j")
    page.keyboard.press(" ")
    page.wait_for_selector("[data-preview-pane] >> text=Pourquoi")
    page.keyboard.press("a")
    page.wait_for_selector("#toasts >> text=pris")
    ticket.refresh_from_db()
    assert ticket.assignee == cast.sofia
    with page.expect_response(lambda r: r.url.endswith("/rendre/")):
        page.keyboard.press("Control+z")
    ticket.refresh_from_db()
    assert ticket.assignee is None
    page.wait_for_load_state()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: f"/tickets/{ticket.pk}/" in url)


def test_a_note_is_written_and_a_ticket_resolved(page: Any, cast: Cast, ticket: Ticket) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("helpdesk:ticket", args=[ticket.pk]))
    page.keyboard.press("i")
    page.wait_for_function("document.activeElement.id === 'reply'")
    page.keyboard.type("Alimentation morte ?")
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".msg.int >> text=Alimentation morte ?")
    assert page.input_value("#reply") == ""
    page.click("[data-dialog=resolve]")
    page.check("#resolve input[value=on_site]")
    page.click("#resolve button.pri")
    page.wait_for_selector("#t-head >> text=Résolu")
    ticket.refresh_from_db()
    assert ticket.resolution == "on_site"


def test_a_draft_survives_leaving_the_page(page: Any, cast: Cast, ticket: Ticket) -> None:
    enter(page, cast.sofia)
    url = reverse("helpdesk:ticket", args=[ticket.pk])
    page.goto(url)
    page.fill("#reply", "Un technicien passe")
    page.goto(reverse("helpdesk:queue"))
    page.goto(url)
    assert page.input_value("#reply") == "Un technicien passe"


def test_the_restart_names_its_consequence_before_anything_happens(
    page: Any, cast: Cast, ticket: Ticket
) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("helpdesk:ticket", args=[ticket.pk]))
    page.click("#t-act [data-confirm]")
    assert "SW-B1" in page.inner_text("#confirm")
    page.click("#confirm [data-close]")
    assert ticket.events.filter(kind="remote").count() == 0


@pytest.mark.parametrize("width", [1440, 768, 390])
def test_pages_are_accessible_and_fit(page: Any, cast: Cast, ticket: Ticket, width: int) -> None:
    comment_ticket(ticket.pk, "Bonjour", by=cast.claire)
    comment_ticket(ticket.pk, "Entre nous", by=cast.sofia, internal=True)
    ask_contact(ticket.pk, by=cast.sofia)
    enter(page, cast.sofia)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")  # a colour on its way to another is not measured
    other = Ticket.objects.get(site=cast.saules)
    for url in (
        reverse("helpdesk:wall") + "?consequences=1",
        reverse("helpdesk:queue"),
        reverse("helpdesk:ticket", args=[ticket.pk]),
        reverse("helpdesk:ticket", args=[other.pk]),
        reverse("helpdesk:incidents") + "?etat=tous",
        reverse("schools:search") + "?q=tilleuls",
        reverse("helpdesk:new-ticket") + f"?site={cast.tilleuls.pk}",
    ):
        for theme in ("light", "dark"):
            page.goto(url)
            page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            rules = GOOD_PRACTICE if theme == "light" else COLOURS
            assert complaints(page, f"{url} {theme}", rules) == []

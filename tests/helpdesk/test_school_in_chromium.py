"""A teacher with a phone reports a problem, shows a photo, and loses nothing to a reload."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from helpdesk.models import Attachment, Ticket, VisualCheck
from inventory.models import Category
from schools.models import Site, User
from tests.browsing import complaints, enter
from tests.cast import make_cast, make_device, make_room
from tests.helpdesk.test_school_answers import QUESTIONS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def check(page: Page) -> None:
    """Accessible, and no wider than the phone."""
    assert complaints(page) == []


@pytest.fixture
def phone(chromium: Any, live_server: Any):
    cast = make_cast()
    room = make_room(cast.tilleuls, "A.14", building="Bloc A")
    make_device(cast.tilleuls, "EI-0412", Category.BOARD, room=room)
    context = chromium.new_context(
        base_url=live_server.url, locale="fr-BE", viewport={"width": 390, "height": 844}
    )
    context.set_default_timeout(10_000)
    page = context.new_page()
    enter(page, cast.claire)
    page.goto("/mon-ecole/")
    yield page
    context.close()


def test_a_report_from_a_phone(phone: Page, tmp_path: Path):
    check(phone)
    phone.get_by_role("link", name="Signaler un problème").click()
    for value in ("screen", "no_picture"):
        check(phone)
        phone.locator(f"button[value={value}]").click()
    room = phone.get_by_role("button", name="A.14", exact=True)
    expect(room).to_be_visible()
    phone.reload()  # a lost connection costs nothing
    check(phone)
    room.click()
    check(phone)
    phone.get_by_role("button", name="EI-0412").click()
    check(phone)
    phone.locator("button[value=red]").click()
    Image.new("RGB", (2400, 1200), "teal").save(tmp_path / "photo.jpg")
    phone.set_input_files("input[type=file]", tmp_path / "photo.jpg")
    expect(phone.get_by_text("Photo ajoutée")).to_be_visible()
    check(phone)
    phone.get_by_label("Autre chose à dire").fill("La télécommande ne change rien.")
    phone.get_by_role("button", name="Envoyer ma demande").dblclick()
    expect(phone.get_by_role("heading", name="Votre demande est arrivée")).to_be_visible()
    check(phone)
    phone.get_by_role("link", name="Suivre ma demande").click()
    expect(phone.get_by_text("La télécommande ne change rien.")).to_be_visible()
    check(phone)
    assert Ticket.objects.count() == Attachment.objects.count() == 1


def test_without_a_connection_the_answers_stay_on_the_screen(phone: Page):
    ticket = Ticket.objects.create(site=Site.objects.get(name="Tilleuls"), title="Écran noir")
    phone.goto(f"/demandes/{ticket.pk}/")
    phone.get_by_label("Votre message").fill("Toujours noir.")
    phone.context.set_offline(True)
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("Pas de connexion pour l’instant.")).to_be_visible()
    expect(phone.get_by_label("Votre message")).to_have_value("Toujours noir.")
    phone.context.set_offline(False)
    expect(phone.get_by_text("Pas de connexion pour l’instant.")).to_be_hidden()
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.locator(".bub", has_text="Toujours noir.")).to_be_visible()


def test_the_photo_of_a_visual_check_is_named_before_it_leaves(phone: Page, tmp_path: Path):
    site, sofia = Site.objects.get(name="Tilleuls"), User.objects.get(email__startswith="sofia")
    ticket = Ticket.objects.create(site=site, title="Écran noir", opened_by=sofia)
    asked = VisualCheck.objects.create(ticket=ticket, asked_by=sofia, questions=QUESTIONS)
    phone.goto("/mon-ecole/")
    expect(phone.get_by_text("À propos de «\xa0Écran noir\xa0».")).to_be_visible()
    phone.get_by_role("link", name="Je vais regarder").click()
    for _question in QUESTIONS:
        check(phone)
        phone.locator("button[name=answer]").first.click()
    Image.new("RGB", (20, 10), "teal").save(tmp_path / "lampe.jpg")
    phone.set_input_files("input[type=file]", tmp_path / "lampe.jpg")
    expect(phone.get_by_text("Photo choisie (lampe.jpg)")).to_be_visible()
    check(phone)
    phone.get_by_role("button", name="Envoyer ma réponse").dblclick()
    expect(phone.get_by_text("Votre contrôle")).to_be_visible()
    asked.refresh_from_db()
    assert asked.attachments.count() == 1


def test_a_message_and_the_end_of_a_request(phone: Page):
    ticket = Ticket.objects.create(site=Site.objects.get(name="Tilleuls"), title="Écran noir")
    phone.goto(f"/demandes/{ticket.pk}/")
    phone.get_by_label("Votre message").fill("Je regarde.")
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone.get_by_text("Je regarde.")).to_be_visible()
    phone.get_by_role("link", name="C’est rétabli").click()
    check(phone)
    phone.get_by_role("button", name="Oui, c’est rétabli").click()
    expect(phone.get_by_text("Terminée")).to_be_visible()
    ticket.refresh_from_db()
    assert ticket.state == "closed"


def test_equipment_and_requests_are_readable_on_a_phone(phone: Page):
    for url in ("/materiel/", "/demandes/", "/mon-compte/"):
        phone.goto(url)
        check(phone)

"""A head invites a teacher, who reads the message, accepts, and sees her school and no other.

Then the head hands the role over on a date, and the link that served opens nothing any more.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from schools.models import Invitation, RoleKind, Site, User
from tests.browsing import COLOURS, WCAG, complaints
from tests.cast import PASSWORD, Cast, make_cast, make_invitation, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHRASE = "trois-chats-sur-un-mur-47"


@pytest.fixture
def everyone(transactional_db: None) -> Cast:
    return make_cast()


@pytest.fixture
def tabs(chromium: Browser, live_server, settings):
    """Open tabs, each with cookies of its own: `tabs(width)`."""
    settings.PREAU_URL = live_server.url
    contexts = []

    def open_tab(width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="fr-BE",
            viewport={"width": width, "height": 850},
            color_scheme=theme,
        )
        context.set_default_timeout(20_000)
        contexts.append(context)
        return context.new_page()

    yield open_tab
    for context in contexts:
        context.close()


def sign_in(page: Page, email: str, to: str) -> None:
    page.goto(f"/entrer/?next={to}")
    page.locator("#id_username").fill(email)
    page.locator("#id_password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/entrer/" not in url)


def link_of(message: Any) -> str:
    found = re.search(r"http\S+/invitation/\S+", message.body)
    assert found
    return found[0]


def test_from_the_invitation_to_the_hand_over(tabs, everyone: Cast):
    head = tabs()
    sign_in(head, everyone.bernard.email, "/ecoles/acces/")
    expect(head.get_by_role("heading", level=1)).to_have_text("Contacts et accès")
    head.get_by_role("link", name="Inviter un contact").click()
    head.get_by_label("Nom complet").fill("Ines Exemple")
    head.get_by_label("Adresse électronique").fill("ines@example.org")
    head.get_by_role("button", name="Envoyer l’invitation").click()
    expect(head.get_by_text("Invitations en cours")).to_be_visible()
    expect(head.locator("#toasts")).to_contain_text("part dans la minute")

    [message] = mail.outbox
    assert message.to == ["ines@example.org"]
    assert "Bernard Exemple vous invite" in message.body
    guest = tabs(390)
    guest.goto(link_of(message))
    expect(guest.get_by_text("personne de contact")).to_be_visible()
    name = guest.get_by_label("Votre nom")
    expect(name).to_have_value("Ines Exemple")
    name.fill("Inès Exemple")
    guest.get_by_label("Mot de passe").first.fill("court")
    guest.get_by_label("Le même").fill("court")
    guest.get_by_role("button", name="Accepter et entrer").click()
    expect(guest.locator(".field-error").first).to_be_visible()
    guest.get_by_label("Mot de passe").first.fill(PHRASE)
    guest.get_by_label("Le même").fill(PHRASE)
    guest.get_by_role("button", name="Accepter et entrer").click()
    guest.wait_for_url("**/mon-ecole/**")
    expect(guest.locator("body")).to_contain_text("Tilleuls")
    expect(guest.locator("body")).not_to_contain_text("Peupliers")
    foreign = guest.request.get(reverse("schools:site", args=[everyone.peupliers.pk]))
    assert foreign.status == 404
    ines = User.objects.get(email="ines@example.org")
    assert [site.pk for site in Site.objects.visible_to(ines)] == [everyone.tilleuls.pk]
    assert ines.full_name == "Inès Exemple"

    again = tabs(390)
    again.goto(link_of(message))
    expect(again.get_by_role("heading", level=1)).to_have_text("Cette invitation a déjà servi")

    day = timezone.localdate() + dt.timedelta(days=30)
    head.goto(reverse("schools:access", args=[everyone.tilleuls.school_id]))
    row = head.get_by_role("row").filter(has_text="Claire Exemple")
    row.get_by_role("link", name="Remplacer").click()
    head.get_by_label("Jour de la reprise").fill(day.isoformat())
    head.get_by_label("Nom complet").fill("Léa Exemple")
    head.get_by_label("Adresse électronique").fill("lea@example.org")
    head.get_by_role("button", name="Remplacer").click()
    expect(head.locator("#access")).to_contain_text("Léa Exemple")
    claire = everyone.claire.roles.get()
    assert claire.to_on == day - dt.timedelta(days=1)
    assert Invitation.objects.get(email="lea@example.org").from_on == day


def test_an_expired_link_says_whom_to_ask(tabs, everyone: Cast, mailoutbox):
    head = tabs()
    sign_in(head, everyone.bernard.email, "/personnes/inviter/")
    head.get_by_label("Nom complet").fill("Ines Exemple")
    head.get_by_label("Adresse électronique").fill("ines@example.org")
    head.get_by_role("button", name="Envoyer l’invitation").click()
    expect(head.get_by_text("Invitations en cours")).to_be_visible()
    Invitation.objects.update(expires_at=timezone.now() - dt.timedelta(minutes=1))
    guest = tabs(390)
    guest.goto(link_of(mail.outbox[-1]))
    expect(guest.get_by_role("heading", level=1)).to_have_text("Cette invitation a expiré")
    expect(guest.locator("main")).to_contain_text("Demandez à Bernard Exemple")


def pages(cast: Cast) -> dict[str, str]:
    role = cast.claire.roles.get().pk
    school = cast.tilleuls.school_id
    return {
        "list": "/personnes/",
        "person": f"/personnes/{cast.claire.pk}/",
        "invitations": "/personnes/invitations/",
        "bulk": "/personnes/invitations/envoi/",
        "bare": "/ecoles/sans-contact/",
        "schools": "/ecoles/acces/",
        "access": f"/ecoles/{school}/acces/",
        "end": f"/roles/{role}/fin/",
        "substitute": f"/roles/{role}/remplacer/",
        "kind": "/personnes/inviter/",
        "place": "/personnes/inviter/?role=contact",
        "whom": f"/personnes/inviter/?role=contact&ecole={school}",
        "close": f"/personnes/{cast.claire.pk}/fermer/",
        "account": "/mon-compte/",
    }


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_of_people_is_accessible_and_fits(tabs, everyone: Cast, width: int):
    make_person("Paul Exemple", RoleKind.CONTACT, site=everyone.tilleuls)
    make_invitation(everyone.tilleuls, "ines@example.org", everyone.bernard)
    make_invitation(
        everyone.saules, "faux@example.org", everyone.odile, sent_at=None, failure="refused"
    )
    wrong = []
    for theme in ("light", "dark"):
        page = tabs(width, theme)
        sign_in(page, everyone.odile.email, "/personnes/")
        for name, url in pages(everyone).items():
            page.goto(url)
            wrong += complaints(page, f"{name} {theme}", WCAG if theme == "light" else COLOURS)
            assert page.locator("h1").count() == 1, name
            assert page.locator("main .btn.pri").count() <= 1, name
    assert not wrong

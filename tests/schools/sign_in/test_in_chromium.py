"""The pages about signing in, in a real browser: journeys, a virtual key, axe, phone and dark."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.core import mail
from django.core.cache import cache
from playwright.sync_api import Page, expect

from schools.models import AuditEntry
from tests.browsing import complaints
from tests.cast import PASSWORD, Cast, make_cast
from tests.schools.sign_in.openid_provider import app_of, running
from tests.schools.sign_in.people import code_of, give_application
from tests.schools.sign_in.test_local import link_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("PREAU_PICTURES", "")
"""Where to leave a picture of each page, for those who want to look."""
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def people(live_server) -> Cast:
    cache.clear()
    return make_cast()


@pytest.fixture
def demanding(settings) -> None:
    settings.SECOND_FACTOR_ROLES = ["central_technician", "local_technician", "officer", "staff"]


def enter(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/entrer/")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.keyboard.press("Enter")


def leave(page: Page) -> None:
    page.context.clear_cookies()


def test_a_technician_from_the_password_to_the_second_sign_in(page: Page, people, demanding):
    enter(page, people.sofia.email)
    expect(page.get_by_role("heading", name="Protéger votre compte")).to_be_visible()
    page.get_by_role("link", name="Une application de codes").click()
    expect(page.get_by_role("img", name="Dessin à lire")).to_be_visible()
    assert page.get_by_role("img", name="Dessin à lire").evaluate("e => e.naturalWidth > 100")
    secret = page.locator(".secret-x").inner_text()
    page.get_by_label("Code à six chiffres").fill(code_of(secret))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    codes = page.locator(".codes-x code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="Garder un fichier").click()
    assert download.value.suggested_filename == "preau-codes-de-secours.txt"
    kept = Path(download.value.path()).read_text()
    assert all(code in kept for code in codes)
    page.get_by_role("link", name="C’est noté, continuer").click()
    page.goto("/mon-compte/")
    expect(page.locator("#securite")).to_contain_text("Il en reste 10 sur 10")
    page.locator(".me-menu summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page).to_have_url(re.compile("/entrer/$"))

    enter(page, people.sofia.email)
    expect(page.get_by_role("heading", name="Encore un pas")).to_be_visible()
    page.get_by_label("Code", exact=True).fill(code_of(secret, 1))
    page.get_by_role("button", name="Se connecter").click()
    expect(page).not_to_have_url(re.compile("/entrer/"))
    verbs = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert verbs == ["sign_in", "add_totp", "sign_out", "sign_in"]


@pytest.fixture
def key(page: Page) -> Iterator[Any]:
    """A virtual authenticator in the browser, over the DevTools protocol."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    made = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})

    def credentials() -> list[Any]:
        asked = {"authenticatorId": made["authenticatorId"]}
        found: list[Any] = devtools.send("WebAuthn.getCredentials", asked)["credentials"]
        return found

    yield credentials
    devtools.detach()


def test_a_key_is_enrolled_and_then_signs_in_alone(page: Page, key, people, demanding):
    enter(page, people.thomas.email)
    page.get_by_role("link", name="Une clé d’accès").click()
    page.get_by_label("Nom de la clé").fill("Portable de Thomas")
    page.get_by_label("Se connecter avec cette clé seule").check()
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    assert [one["isResidentCredential"] for one in key()] == [True]
    page.goto("/mon-compte/facteurs/")
    expect(page.get_by_text("Portable de Thomas")).to_be_visible()

    leave(page)
    page.goto("/entrer/")
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page).not_to_have_url(re.compile("/entrer/"))
    page.goto("/mon-compte/")
    expect(page.get_by_role("heading", name="Mon compte")).to_be_visible()
    assert AuditEntry.objects.filter(action="add_key", actor=people.thomas).count() == 1


def test_a_key_is_the_second_step_after_the_password(page: Page, key, people):
    enter(page, people.claire.email)
    page.wait_for_url(lambda url: "/entrer/" not in url)
    page.goto("/mon-compte/facteurs/cles/ajouter/")
    page.get_by_role("button", name="Ajouter la clé").click()
    expect(page.get_by_role("heading", name="Codes de secours")).to_be_visible()
    leave(page)
    enter(page, people.claire.email)
    page.get_by_role("button", name="Utiliser ma clé d’accès").click()
    expect(page).not_to_have_url(re.compile("/entrer/"))


def test_without_a_key_the_door_says_what_to_do(page: Page, people):
    page.goto("/entrer/")
    page.route("**/entrer/cle/", lambda asked: asked.abort())
    page.get_by_role("button", name="Avec une clé d’accès").click()
    expect(page.get_by_role("alert")).to_contain_text("utilisez votre mot de passe")


def test_signing_in_through_the_provider(page: Page, people, settings):
    with running() as provider:
        app = app_of(provider, trust_mail=True)
        settings.SOCIALACCOUNT_PROVIDERS = {
            "openid_connect": {
                "provider_class": "schools.sign_in.oidc.Provider",
                "APPS": [app],
            }
        }
        provider.claims |= {"mail": people.claire.email, "prefLanguage": "fr"}
        page.goto("/entrer/")
        page.get_by_role("link", name="Se connecter avec CSAM de test").click()
        expect(page).to_have_url(re.compile("/mon-ecole/"))
        page.goto("/mon-compte/")
        expect(page.locator("#securite")).to_contain_text("Liée à votre compte")


def test_too_many_attempts_are_told_with_the_time_left(page: Page, people):
    for _n in range(6):
        enter(page, people.claire.email, "pas-le-bon")
        expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("Réessayez dans 15 minutes")
    assert complaints(page) == []


OUTSIDE = ("/entrer/", "/mot-de-passe/", "/mot-de-passe/envoye/", "/entrer/inscription/")
INSIDE = (
    "/mon-compte/",
    "/mon-compte/mot-de-passe/",
    "/mon-compte/adresse/",
    "/mon-compte/sessions/",
    "/mon-compte/facteurs/",
    "/mon-compte/facteurs/application/",
    "/mon-compte/facteurs/cles/ajouter/",
    "/mon-compte/facteurs/codes/remplacer/",
    "/mon-compte/confirmer/",
)
LATER = ("/mon-compte/facteurs/codes/", "/mon-compte/facteurs/application/retirer/")


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_every_page_is_accessible_and_fits(width, theme, chromium, live_server, people):
    context = chromium.new_context(
        base_url=live_server.url,
        locale="fr-BE",
        color_scheme=theme,
        viewport={"width": width, "height": 844},
    )
    context.set_default_timeout(10_000)
    page, wrong = context.new_page(), []

    def look(name: str) -> None:
        expect(page.locator("h1")).to_have_count(1)
        wrong.extend(complaints(page, f"{name} {width} {theme}"))
        if folder := PICTURES:
            page.screenshot(
                path=f"{folder}/{name.strip('/').replace('/', '-')}-{width}-{theme}.png",
                full_page=True,
            )

    for url in OUTSIDE:
        page.goto(url)
        look(url)
    page.goto("/mot-de-passe/")
    page.get_by_label("Adresse électronique").fill(people.claire.email)
    page.get_by_role("button", name="Envoyer le message").click()
    page.goto(link_in(mail.outbox[-1]))
    look("/mot-de-passe/cle/")
    page.goto("/mot-de-passe/0-faux/")
    look("/mot-de-passe/faux/")
    enter(page, people.claire.email)
    page.wait_for_url(lambda to: "/entrer/" not in to)
    for url in INSIDE:
        page.goto(url)
        look(url)
    give_application(people.claire)
    RecoveryCodes.activate(people.claire)
    for url in LATER:
        page.goto(url)
        look(url)
    page.goto("/mon-compte/facteurs/")
    look("/mon-compte/facteurs-avec/")
    context.clear_cookies()
    enter(page, people.claire.email)
    page.wait_for_url(lambda to: "/entrer/code/" in to)
    look("/entrer/code/")
    page.get_by_label("Code", exact=True).fill("000000")
    page.keyboard.press("Enter")
    look("/entrer/code/faux/")
    context.close()
    assert wrong == []

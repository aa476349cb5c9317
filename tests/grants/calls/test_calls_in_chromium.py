"""The pages of calls and files in a real browser: WCAG, phone width, writing that saves itself."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest
from django.utils import timezone

from deploy.lab.load.grants import calls_texts as texts
from inventory.grants.models.calls.applications import ApplicationState
from tests.browsing import enter, faults_at
from tests.cast import make_cast
from tests.grants.calls.made import make_application, make_call, make_draft, make_kit_version

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("PREAU_SHOTS", "")
"""A folder: the pages are kept there as pictures, to be looked at."""


@pytest.fixture
def story(transactional_db):
    cast = make_cast()
    kit = make_kit_version("Chariot de portables", "19200.00")
    make_kit_version("Classe de tablettes", "7900.00")
    conditions = [{"fact": "supervision"}, {"fact": "declaration"}]
    call = make_call(
        "AP-2026-02", questions=texts.FORM, grid=texts.GRID, ranking=texts.RANKING,
        rules_fr=texts.RULES_FR, rules_de=texts.RULES_DE, eligibility=conditions,
    )  # fmt: skip
    past = make_call("AP-2025-01", closes_at=timezone.now() + dt.timedelta(days=2))
    draft = make_draft(call, cast.tilleuls, cast.claire, title="Un journal parlé", kit=kit)
    sent = make_application(past, cast.tilleuls, cast.claire, title="Robots", kit=kit)
    return cast, call, draft, sent


def look(page, url, name):
    """Faults of the page, and its pictures where somebody asked for them."""
    wrong = faults_at(page, url)
    if SHOTS:
        folder = Path(SHOTS)
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=folder / f"{name}-phone.png", full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(url)
        page.screenshot(path=folder / f"{name}.png", full_page=True)
    return wrong


def test_every_page_for_everybody(page, story):
    cast, call, draft, sent = story
    wrong = []
    for name, url in (("public", "/appels/"), ("public-call", f"/appels/{call.reference}/")):
        wrong += look(page, url, name)
    enter(page, cast.bernard)
    for name, url in (
        ("open-calls", "/appels/mon-ecole/"),
        ("my-applications", "/dossiers/"),
        ("application", f"/dossiers/{draft.pk}/"),
        ("write", f"/dossiers/{draft.pk}/rediger/"),
        ("sent", f"/dossiers/{sent.pk}/"),
    ):
        wrong += look(page, url, name)
    assert wrong == []


def test_every_page_for_officers(page, story):
    cast, call, _draft, sent = story
    enter(page, cast.odile)
    page.goto(f"/appels/gestion/{call.pk}/")
    page.get_by_role("button", name="Corriger").click()
    home = f"/appels/gestion/{call.pk}"
    wrong = []
    for name, url in (
        ("calls", "/appels/gestion/"),
        ("new", "/appels/gestion/nouveau/"),
        ("call", f"{home}/"),
        ("texts", f"{home}/modifier/textes/"),
        ("frame", f"{home}/modifier/cadre/"),
        ("conditions", f"{home}/modifier/conditions/"),
        ("judging", f"{home}/grille/"),
        ("builder", f"{home}/formulaire/"),
        ("question", f"{home}/formulaire/question/disciplines/"),
        ("preview", f"{home}/formulaire/apercu/"),
        ("publish", f"{home}/publier/"),
        ("documents", f"{home}/documents/"),
        ("applications", "/dossiers/recus/"),
        ("check", f"/dossiers/{sent.pk}/"),
    ):
        wrong += look(page, url, name)
    assert wrong == []


def test_writing_saves_itself_and_survives_a_lost_connection(page, story):
    cast, _call, draft, _sent = story
    enter(page, cast.claire)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"/dossiers/{draft.pk}/rediger/")
    classes = page.locator("#q-classes-value")
    classes.fill("4")
    page.locator("#q-classes-saved[data-ok]").wait_for()
    assert draft.answers.get(question="classes").value == "4"
    # a condition shows its question
    assert not page.locator("#q-quel_partenaire").is_visible()
    page.locator("#q-partenaire input[value=yes]").check()
    page.locator("#q-quel_partenaire").wait_for(state="visible")
    page.locator("#q-partenaire-saved[data-ok]").wait_for()
    # the connection is lost: the words stay on the page, and on the device when it is left
    page.context.set_offline(True)
    classes.fill("5")
    page.get_by_text("Connexion perdue").first.wait_for()
    page.context.set_offline(False)
    page.locator("#q-classes-saved[data-ok]").wait_for()
    assert draft.answers.get(question="classes").value == "5"
    # the page is left before it could be saved: the words are found again on this device
    page.on("dialog", lambda dialog: dialog.accept())
    page.route("**/reponses/classes/", lambda route: route.abort())
    classes.fill("6")
    page.get_by_text("Connexion perdue").first.wait_for()
    page.goto(f"/dossiers/{draft.pk}/rediger/")
    assert page.locator("#q-classes-value").input_value() == "6"
    assert draft.answers.get(question="classes").value == "5"
    page.unroute("**/reponses/classes/")
    page.locator("#q-classes-saved[data-ok]").wait_for()
    assert draft.answers.get(question="classes").value == "6"
    # a colleague wrote the same answer meanwhile
    draft.answers.filter(question="classes").update(value="9", revision=50, edited_by=cast.bernard)
    page.locator("#q-classes-value").fill("7")
    page.get_by_role("button", name="Garder la mienne").click()
    page.locator("#q-classes-saved[data-ok]").wait_for()
    assert draft.answers.get(question="classes").value == "7"
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT

"""The desk, the board, the ranking and decisions in Chromium: keys, sliders, WCAG, widths."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.grants.actions.review.adopt_ranking import adopt_ranking
from inventory.grants.models.review.judgements import Review
from tests.browsing import enter, faults_at, settle
from tests.cast import make_cast
from tests.grants.review.made import given, make_scene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("PREAU_SHOTS", "")


def shot(page, name):
    """A picture of the page, desk and phone, where somebody asks for one."""
    if not SHOTS:
        return
    for width, height in ((1440, 1000), (390, 844)):
        page.set_viewport_size({"width": width, "height": height})
        settle(page)
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


@pytest.fixture
def scene(transactional_db):
    cast = make_cast()
    found = make_scene(cast.odile)
    found.cast = cast
    return found


def test_a_file_is_judged_by_the_keyboard_and_saved_by_itself(page, live_server, scene):
    one = given(scene.officer, scene.files[0], scene.seats[0])
    two = given(scene.officer, scene.files[1], scene.seats[0])
    enter(page, scene.people[0])
    page.goto(f"{live_server.url}/examens/{one.pk}/")
    page.keyboard.press("4")
    page.keyboard.press("3")
    page.get_by_role("radiogroup", name="Plan pédagogique").get_by_label(
        "Valide", exact=True
    ).check()
    page.get_by_role("radiogroup", name="Plan technique").get_by_label("Valide", exact=True).check()
    expect(page.locator("[data-status]")).to_contain_text("Enregistré à")
    assert Review.objects.get(assignment=one).marks == {"pertinence": 4, "faisabilite": 3}
    shot(page, "examen")
    page.set_viewport_size({"width": 1280, "height": 850})
    page.locator("h1").click()
    page.keyboard.press("j")
    page.wait_for_url(f"**/examens/{two.pk}/")
    page.keyboard.press("k")
    page.wait_for_url(f"**/examens/{one.pk}/")
    page.locator("#remark").fill("Bon dossier.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/examens/{two.pk}/")
    review = Review.objects.get(assignment=one)
    assert (review.is_frozen, review.remark) == (True, "Bon dossier.")


def test_a_slider_tells_who_moves_and_writes_nothing(page, live_server, scene):
    scene.judge((5, 5), (4, 4), (3, 3))
    run = scene.run()
    enter(page, scene.officer)
    page.set_viewport_size({"width": 1440, "height": 1000})
    page.goto(f"{live_server.url}/classements/{scene.call.pk}/")
    page.locator("#w-budget").fill("36000")
    expect(page.locator("#trial")).to_contain_text("1 dossier de plus")
    shot(page, "classement")
    page.get_by_role("button", name="Remettre").click()
    expect(page.locator("#trial")).not_to_contain_text("de plus")
    assert scene.call.runs.count() == 1
    assert run.result == scene.call.runs.get().result


def test_every_page_is_for_everybody(page, live_server, scene):
    seat = given(scene.officer, scene.files[0], scene.seats[0])
    site = live_server.url
    enter(page, scene.people[0])
    wrong = faults_at(page, f"{site}/examens/")
    wrong += faults_at(page, f"{site}/examens/{seat.pk}/")
    wrong += faults_at(page, f"{site}/examens/declaration/{scene.seats[0].pk}/")
    enter(page, scene.officer)
    call = scene.call.pk
    wrong += faults_at(page, f"{site}/examens/appels/{call}/")
    shot(page, "avancement")
    wrong += faults_at(page, f"{site}/examens/designations/{scene.seats[0].pk}/")
    seat.delete()
    scene.judge((5, 5), (4, 4), (3, 3))
    run = scene.run()
    for url in ("classements/", f"classements/{call}/", f"classements/listes/{run.pk}/"):
        wrong += faults_at(page, f"{site}/{url}")
    wrong += faults_at(page, f"{site}/classements/listes/{run.pk}/adopter/")
    made = adopt_ranking(scene.officer, run.pk, {}, timezone.now())
    for url in ("decisions/", f"decisions/{made[1].pk}/", f"classements/{call}/comite/"):
        wrong += faults_at(page, f"{site}/{url}")
        shot(page, url.strip("/").replace("/", "-"))
    assert wrong == []

"""Calendars and opening hours in a real browser: accessible, within the width, undone at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from schools.calendars.timetables import opening_in_force, site_weeks
from schools.models import User
from tests.browsing import enter as enter_as
from tests.cast import Cast, make_cast
from tests.helpdesk.test_school_in_chromium import check
from tests.schools.openings import closed, enter, known_lines, publish, spans, week

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def tab(chromium: Any, live_server: Any) -> Iterator[Any]:
    """Sign somebody in: `tab(user, width, theme)`."""
    contexts = []

    def open_tab(user: User, width: int = 1280, theme: str = "light") -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            locale="fr-BE",
            viewport={"width": width, "height": 850},
            color_scheme=theme,
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        enter_as(page, user)
        return page

    yield open_tab
    for context in contexts:
        context.close()


@pytest.fixture
def school() -> Cast:
    cast = make_cast()
    call_command("import_calendar", "--known", verbosity=0)
    enter(cast.claire, cast.tilleuls, week("08:00-12:00 13:00-16:00"), closed("2031-11-27"))
    lines = "\n".join(known_lines("fwb", 2026)).replace("2027-01-03", "2027-01-05")
    publish(lines + "\n", cast.odile, "deux jours de plus")
    return cast


@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (768, "dark"), (390, "light")])
def test_the_pages_are_accessible_and_fit(tab: Any, school: Cast, width: int, theme: str) -> None:
    page = tab(school.odile, width, theme)
    for url in (
        "/calendriers/?annee=2026",
        "/calendriers/fwb/2026/",
        "/calendriers/dg/2030/",
        "/calendriers/importer/",
        "/calendriers/dg/2026/corriger/",
        f"/implantations/{school.tilleuls.pk}/",
    ):
        page.goto(url)
        check(page)
    page = tab(school.claire, width, theme)
    page.goto(f"/implantations/{school.tilleuls.pk}/horaire/")
    check(page)


def test_hours_are_copied_saved_and_undone(tab: Any, school: Cast) -> None:
    def counts():
        return site_weeks([(key := opening_in_force(school.tilleuls.pk))])[key]

    page = tab(school.claire, 390)
    page.goto(f"/implantations/{school.tilleuls.pk}/horaire/")
    before = counts().week
    page.get_by_label("lundi, plage 2, à").fill("15:30")
    page.get_by_role("button", name="Copier lundi jusqu’à vendredi").click()
    expect(page.get_by_text("Pas encore enregistré")).to_be_visible()
    expect(page.get_by_label("vendredi, plage 2, à")).to_have_value("15:30")
    check(page)
    page.get_by_label("samedi, plage 1, de").fill("09:00")
    page.get_by_label("samedi, plage 1, de").press("Enter")  # saves, and does not copy again
    expect(page.get_by_text("L’autre heure manque.")).to_be_visible()
    check(page)
    page.get_by_label("samedi, plage 1, à").fill("12:00")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_text("Horaire enregistré.")).to_be_visible()
    usual = spans("08:00-12:00 13:00-15:30")
    assert counts().week == (*([usual] * 5), spans("09:00-12:00"), ())
    page.get_by_role("button", name="Annuler").click()
    expect(page.get_by_text("L’horaire d’avant compte de nouveau.")).to_be_visible()
    assert counts().week == before
    assert counts().number == 3


def test_a_correction_is_previewed_and_published(tab: Any, school: Cast) -> None:
    page = tab(school.odile)
    page.goto("/calendriers/dg/2026/corriger/")
    rows = page.locator("tbody tr")
    last = rows.last
    last.get_by_label("Type").select_option("winter")
    last.get_by_label("Premier jour").fill("2026-12-21")
    last.get_by_label("Dernier jour").fill("2027-01-02")
    page.get_by_role("textbox", name="Source").fill("Circulaire")
    page.get_by_role("button", name="Voir ce qui change").click()
    expect(page.get_by_text("ajoutée")).to_be_visible()
    check(page)
    page.get_by_role("button", name="Publier").click()
    expect(page.get_by_text("1 version publiée, en vigueur maintenant.")).to_be_visible()
    expect(page.get_by_text("1 différence avec la version d’avant")).to_be_visible()

"""The register in a real browser: the box by keyboard, rooms with undo, a map without tiles."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from schools.models import Headcount, Room, School, Site
from tests.browsing import COLOURS, GOOD_PRACTICE, complaints, enter
from tests.cast import Cast, make_cast, make_device, make_room
from tests.helpdesk.test_school_report import make_fault

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everybody, with places on the map, pupils, rooms, and a fault."""
    cast = make_cast()
    for n, site in enumerate((cast.tilleuls, cast.peupliers, cast.saules)):
        Site.objects.filter(pk=site.pk).update(latitude=50.2 + n / 10, longitude=4.5 + n / 2)
    for year in (2025, 2026):
        Headcount.objects.create(
            site=cast.tilleuls, level="primaire", year=year, pupils=year - 1800
        )
    for n in range(1, 15):
        make_room(cast.tilleuls, f"A.{n:02d}", building="Bloc A", floor="rez")
    make_fault(make_device(cast.tilleuls, "SW-1"))
    return cast


@pytest.mark.parametrize("width", [390, 1440])
def test_pages_are_accessible_and_fit(page: Any, cast: Cast, width: int) -> None:
    said: list[str] = []
    # The live stream needs an ASGI server, which this one is not.
    stream = "[object Event]"
    page.on("console", lambda m: said.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda e: said.append(str(e)))
    enter(page, cast.bernard)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    site, school = cast.tilleuls.pk, cast.tilleuls.school_id
    rooms = reverse("schools:site_rooms", args=[site])
    for url in (
        reverse("schools:schools"),
        reverse("schools:sites") + "?fermees=oui",
        reverse("schools:authorities"),
        reverse("schools:school", args=[school]),
        reverse("schools:authority", args=[cast.tilleuls.school.authority_id]),
        reverse("schools:site", args=[site]),
        rooms,
        f"{rooms}?local={Room.objects.first().pk}",
        reverse("schools:map"),
        reverse("schools:search") + "?q=tilleuls",
        reverse("schools:search") + "?q=zzzz",
    ):
        for theme in ("light", "dark"):
            page.goto(url)
            if url == reverse("schools:map"):
                page.locator("#map[data-ready]").wait_for()
            page.evaluate(f"document.documentElement.dataset.bsTheme = '{theme}'")
            rules = GOOD_PRACTICE if theme == "light" else COLOURS
            assert complaints(page, f"{url} {theme}", rules) == []
    assert [one for one in said if one != stream] == []


def test_the_box_is_driven_by_the_keyboard(page: Any, cast: Cast) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("schools:schools"))
    box = page.get_by_role("combobox", name="Chercher")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    page.keyboard.type("saules")
    options = page.locator("#found-all [role=option]")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-search-told]")).to_contain_text("résultats")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    chosen = options.first.get_attribute("id")
    expect(box).to_have_attribute("aria-activedescendant", str(chosen))
    page.keyboard.press("ArrowUp")  # around the end
    expect(options.last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#found-all")).to_be_hidden()
    expect(box).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{reverse('schools:school', args=[cast.saules.school_id])}")


def test_the_open_list_is_accessible(page: Any, cast: Cast) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("schools:schools"))
    for typed in ("ecole", "tileuls", "zzzzz"):
        page.get_by_role("combobox").fill(typed)
        told = page.locator("#found-all [data-found]")
        expect(told).to_have_attribute("data-told", re.compile(r"\w"))
        page.locator("[data-search-told]").filter(has_text=re.compile("résultat|Rien")).wait_for()
        page.wait_for_timeout(300)
        assert complaints(page, typed, GOOD_PRACTICE) == []


def test_enter_without_a_choice_leads_to_the_page(page: Any, cast: Cast) -> None:
    enter(page, cast.sofia)
    page.goto(reverse("schools:schools"))
    page.get_by_role("combobox").fill("ecole")
    page.keyboard.press("Enter")
    page.wait_for_url("**/chercher/?q=ecole")
    expect(page.get_by_role("heading", level=1)).to_contain_text("ecole")


def test_a_floor_is_added_in_one_line_and_undone(page: Any, cast: Cast) -> None:
    enter(page, cast.claire)
    page.goto(reverse("schools:site", args=[cast.tilleuls.pk]))
    plan = page.locator("#plan-des-locaux")
    plan.get_by_label("Ajouter des locaux").fill("B.01-B.06")
    plan.get_by_label("Bâtiment").fill("Bloc B")
    plan.get_by_role("button", name="Ajouter").click()
    expect(plan.get_by_role("link", name="B.06")).to_be_visible()
    assert Room.objects.filter(building="Bloc B").count() == 6
    page.locator("#toasts [data-undo-button]").click()
    expect(plan.get_by_role("link", name="A.01")).to_be_visible()
    expect(plan.get_by_role("link", name="B.06")).to_have_count(0)
    assert not Room.objects.filter(building="Bloc B").exists()


def test_the_map_asks_nobody_else_and_opens_a_site_by_keyboard(page: Any, cast: Cast) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    enter(page, cast.sofia)
    page.goto(reverse("schools:map"))
    page.locator("#map[data-ready]").wait_for()
    assert {url.split("/")[2] for url in asked if "://" in url} == {page.url.split("/")[2]}
    pins = page.locator(".pin")
    expect(pins).to_have_count(3)
    page.get_by_role("button", name=re.compile("^École Tilleuls, (En panne|Dégradé)$")).focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup")
    expect(popup.get_by_role("link", name="École Tilleuls")).to_be_focused()
    first = page.locator("[data-map-list] a").first
    expect(first).to_contain_text("École Tilleuls")  # the worst first
    page.emulate_media(media="print")
    expect(page.locator("#map")).to_be_hidden()
    expect(page.locator("svg.region")).to_be_visible()


def test_a_wide_map_clusters_and_a_filter_frames_it(page: Any, cast: Cast) -> None:
    school = School.objects.get(pk=cast.saules.school_id)
    Site.objects.bulk_create(
        Site(
            school=school,
            name=f"S{n}",
            municipality=cast.saules.municipality,
            latitude=50.4 + n / 1000,
            longitude=4.86,
        )
        for n in range(40)
    )
    enter(page, cast.sofia)
    page.goto(reverse("schools:map"))
    page.locator("#map[data-ready]").wait_for()
    expect(page.locator(".pin.many")).to_have_text("41")
    page.goto(reverse("schools:map") + "?province=namur&q=saules")
    page.locator("#map[data-ready]").wait_for()
    expect(page.locator("[data-map-count]")).to_have_text("41")

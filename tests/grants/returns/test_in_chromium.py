"""Resources, board and indicators in a real browser: accessible, within the width, usable."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from inventory.grants.actions.returns.deposit import start_resource
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.returns.obligations import Obligation
from inventory.grants.models.returns.resources import Resource
from tests.browsing import enter, faults_at, settle
from tests.cast import Cast, make_cast, make_device
from tests.grants.returns.made import days_ago, make_centre, make_obligation, make_resource

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def owed(cast: Cast) -> Obligation:
    """Two sites on the map; one project that gave back, one that is late."""
    for site, place in ((cast.tilleuls, (50.4, 4.9)), (cast.peupliers, (50.6, 6.0))):
        site.latitude, site.longitude = place
        site.save()
    make_device(cast.tilleuls, "PC-1", "laptop", installed_on=dt.date(2025, 9, 1))
    make_device(cast.tilleuls, "PC-2", "laptop", installed_on=dt.date(2026, 9, 1))
    row = make_obligation(cast.tilleuls, cast.bernard, owed=2)
    make_resource(row, cast.claire, "published", cast.odile)
    make_resource(row, cast.claire)
    start_resource(cast.claire, row, days_ago(0))
    Award.objects.filter(pk=row.award_id).update(decided_at=days_ago(500))
    Obligation.objects.filter(pk=row.pk).update(
        counts_from=days_ago(500).date(), due_on=days_ago(100).date()
    )
    return row


def at(name: str, *args: Any) -> str:
    return reverse(f"grants:{name}", args=args)


def faults(page: Any, urls: list[str]) -> list[str]:
    """What is wrong; with PREAU_SHOTS, a picture of each page, wide and narrow."""
    wrong = [one for url in urls for one in faults_at(page, url)]
    if folder := os.environ.get("PREAU_SHOTS"):
        for number, url in enumerate(urls):
            for width in (1440, 390):
                page.set_viewport_size({"width": width, "height": 900})
                page.emulate_media(color_scheme="light" if width == 1440 else "dark")
                page.goto(url)
                settle(page)
                name = url.strip("/").replace("/", "_").partition("?")[0] or "home"
                page.screenshot(path=Path(folder) / f"{name}_{number}_{width}.png", full_page=True)
    return wrong


def test_the_schools_pages_are_accessible_and_fit(page: Any, cast: Cast, owed: Obligation) -> None:
    enter(page, cast.claire)
    draft = Resource.objects.get(state="draft")
    urls = [
        *(at("my_resources"), at("obligation", owed.pk), at("follow_up", owed.pk)),
        *(at("write_resource", draft.pk, step) for step in ("contenu", "public", "droits")),
        at("write_resource", draft.pk, "envoi"),
        reverse("helpdesk:my_school"),
    ]
    assert faults(page, urls) == []


def test_the_officers_pages_are_accessible_and_fit(page: Any, cast: Cast, owed: Obligation) -> None:
    enter(page, cast.odile)
    waiting = Resource.objects.get(state="deposited")
    urls = [
        *(at("resources"), at("resource", waiting.pk), at("follow_ups"), at("centres")),
        *(at("centre", make_centre().pk), at("board"), at("board_applications")),
        *(f"{at('board_sites')}?recu=jamais", at("board_map"), at("indicators")),
        *(at("indicator", "K14"), at("obligation", owed.pk)),
    ]
    assert faults(page, urls) == []


def test_the_public_pages_ask_for_no_account(page: Any, cast: Cast, owed: Obligation) -> None:
    opened = Resource.objects.get(public="live")
    urls = [at("open_resources"), at("open_resource", opened.reference), at("indicators")]
    assert faults(page, urls) == []


def test_the_licence_is_told_as_it_is_chosen_and_the_map_shows_who_received(
    page: Any, cast: Cast, owed: Obligation
) -> None:
    enter(page, cast.claire)
    draft = Resource.objects.get(state="draft")
    page.goto(at("write_resource", draft.pk, "droits"))
    told = page.locator("[data-licence]:visible")
    assert told.count() == 6
    page.get_by_label("Oui, s’ils partagent leur version aux mêmes conditions").check()
    page.get_by_label("Non, jamais contre paiement").check()
    assert told.count() == 1
    assert "CC BY-NC-SA 4.0" in told.inner_text()
    enter(page, cast.odile)
    page.goto(at("board_map"))
    page.locator("#map[data-ready]").wait_for()
    assert page.locator("[data-map-list] li").count() == 2
    assert "A déjà reçu" in page.locator("[data-map-list]").inner_text()

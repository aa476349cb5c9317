"""Pages of differences and discoveries in a real browser: accessible, within the width, by keys."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from inventory.models import Device, Difference, Prefix
from supervision.actions.start_scan import start_scan
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast, make_device

from .sightings import SWITCH, look

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast) -> None:
    site = cast.tilleuls
    device = make_device(site, "SW-A1", serial="FOC1832X0AB")
    other = replace(SWITCH, serial="FOC1832X0CD", mac="", macs=frozenset(), name="SW-NEW")
    look(site, SWITCH, replace(other, address="10.20.0.3"))
    Prefix.objects.create(site=site, cidr="10.20.0.0/24")
    scan = start_scan(cast.thomas, site)
    enter(page, cast.thomas.email)
    urls = [reverse("inventory:differences"), reverse("inventory:no_uplink")]
    urls += [reverse("inventory:difference", args=[row.pk]) for row in Difference.objects.all()]
    urls += [
        reverse("inventory:device", args=[device.pk]),
        reverse("schools:site", args=[site.pk]),
        reverse("supervision:scan_new", args=[site.pk]),
        reverse("supervision:scan", args=[scan.pk]),
    ]
    assert [one for url in urls for one in faults_at(page, url)] == []


def test_a_new_device_is_added_by_the_keyboard(page: Any, cast: Cast) -> None:
    look(cast.tilleuls, SWITCH)
    enter(page, cast.thomas.email)
    page.goto(reverse("inventory:difference", args=[Difference.objects.get().pk]))
    page.keyboard.press("a")
    page.get_by_text("Écart accepté").first.wait_for()
    assert Device.objects.get().serial == "FOC1832X0AB"

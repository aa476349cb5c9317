"""The network of a site in a real browser: accessible, within the width, legible at 40 devices."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from inventory.models import Category, Link, Port
from inventory.network_tabs import TABS
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast, make_device, make_link, make_room
from tests.world import make_everything

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OVERLAPS = """
() => {
  const svg = document.querySelector("svg.topology");
  const place = (node) => node.getBoundingClientRect();
  const texts = [...svg.querySelectorAll("text")].map((t) => [t.textContent, place(t)]);
  const apart = (a1, a2, b1, b2) => a2 <= b1 + 1 || b2 <= a1 + 1;
  const found = [];
  texts.forEach(([word, a], i) => texts.slice(i + 1).forEach(([other, b]) => {
    const sideways = apart(a.left, a.right, b.left, b.right);
    if (!sideways && !apart(a.top, a.bottom, b.top, b.bottom)) found.push(`${word} × ${other}`);
  }));
  const all = place(svg);
  texts.forEach(([word, a]) => {
    if (a.left < all.left || a.right > all.right + 1) found.push(`${word} stands out`);
  });
  svg.querySelectorAll("a").forEach((box) => box.querySelectorAll("text").forEach((t) => {
    const right = place(box.querySelector("rect")).right;
    if (place(t).right > right + 1) found.push(`${t.textContent} is wider than its box`);
  }));
  return [texts.length, found];
}
"""


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


@pytest.fixture
def school(cast: Cast) -> Cast:
    """A site of 40 devices: a router, five switches in three buildings, the rest behind them."""
    site = cast.tilleuls
    blocks = ("Bloc A", "Bloc B", "Pavillon des sciences")
    rooms = [make_room(site, f"Local {n}", building=blocks[n % 3], floor="rez") for n in range(6)]
    router = make_device(site, "RT-PRINCIPAL", Category.ROUTER, room=rooms[0])
    switches = [make_device(site, f"SW-COEUR-{n}", room=rooms[n % 6]) for n in range(5)]
    make_link(router, switches[0], upper_port="sfp-sfpplus1")
    for n, switch in enumerate(switches[1:], start=1):
        make_link(switches[0], switch, upper_port=str(40 + n), lower_port="48")
    kinds = (Category.ACCESS_POINT, Category.PRINTER, Category.SERVER, Category.ACCESS_POINT)
    for n in range(34):
        leaf = make_device(site, f"AP-BATIMENT-{n:02d}", kinds[n % 4], room=rooms[n % 6])
        make_link(switches[n % 5], leaf)
    Port.objects.filter(device__site=site).update(speed_mbps=2500)
    Link.objects.filter(port_b__device=switches[1]).update(role="backbone")
    return cast


def test_no_word_of_a_picture_of_40_devices_covers_another(page: Any, school: Cast) -> None:
    enter(page, school.thomas.email)
    there = reverse("inventory:site_network", args=[school.tilleuls.pk])
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 850})
        for query in ("", "?chaque=1"):
            page.goto(there + query)
            page.evaluate("document.fonts.ready")
            count, found = page.evaluate(OVERLAPS)
            assert count > 20
            assert found == [], (width, query)
    assert page.locator("svg.topology a").count() == 40


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast) -> None:
    site = cast.tilleuls
    world = make_everything(site, cast.sofia)
    enter(page, cast.thomas.email)
    urls = [reverse(f"inventory:{tab.name}", args=[site.pk]) for tab in TABS]
    urls += [
        reverse("inventory:site_network", args=[site.pk]) + "?chaque=1",
        reverse("inventory:cable_connect", args=[site.pk]),
        reverse("inventory:panel_new", args=[site.pk]),
        reverse("inventory:network_add", args=[site.pk, "wifi"]),
        reverse("inventory:network_change", args=[site.pk, "vlan", world.vlan.pk]),
        reverse("inventory:network_change", args=[site.pk, "port", world.port.pk]),
        reverse("inventory:network_change", args=[site.pk, "couverture", world.coverage.pk]),
        reverse("inventory:device", args=[world.panel.pk]),
        reverse("inventory:no_uplink"),
        reverse("schools:site", args=[site.pk]),
    ]
    assert [one for url in urls for one in faults_at(page, url)] == []


def test_a_cable_is_taken_out_and_put_back_by_the_toast(page: Any, cast: Cast) -> None:
    site = cast.tilleuls
    make_link(make_device(site, "SW-A1"), make_device(site, "SW-B1"))
    enter(page, cast.thomas.email)
    page.goto(reverse("inventory:site_cables", args=[site.pk]))
    page.get_by_role("button", name="Débrancher").click()
    page.get_by_text("Aucun câble noté").wait_for()
    page.locator("[data-undo-button]").click()
    page.get_by_role("button", name="Débrancher").wait_for()
    assert Link.objects.count() == 1

"""Counting in a real browser: without a mouse, through a lost connection, with a camera."""

from __future__ import annotations

import io
from typing import Any

import pytest
import segno
from django.urls import reverse
from PIL import Image

from inventory.actions.close_stock_taking import close_stock_taking
from inventory.actions.declare_inventory import declare_inventory
from inventory.actions.open_stock_taking import open_stock_taking
from inventory.models import Category, StockCount, StockScan
from tests.accessible import complaints
from tests.cast import PASSWORD, Cast, make_cast, make_device, make_room

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


def enter(page: Any, email: str) -> None:
    page.goto(reverse("sign-in"))
    page.fill("input[name=username]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/entrer/" not in url)


def furnish(cast: Cast) -> list[Any]:
    room = make_room(cast.tilleuls, "A.01")
    site = cast.tilleuls
    return [
        make_device(site, f"PC-{n}", Category.LAPTOP, serial=f"S{n}", room=room) for n in range(30)
    ]


def test_25_scans_by_the_keyboard_alone_and_one_undo(page: Any, cast: Cast) -> None:
    devices = furnish(cast)
    taking = open_stock_taking(cast.claire, cast.tilleuls)
    enter(page, cast.claire.email)
    page.goto(reverse("inventory:count", args=[taking.pk]))
    for device in devices[:25]:
        page.keyboard.type(device.code)
        page.keyboard.press("Enter")
    page.get_by_text("25 / 30").first.wait_for()
    page.keyboard.press("Control+z")
    page.get_by_text("24 / 30").first.wait_for()
    page.keyboard.type("PAS-UN-CODE")
    page.keyboard.press("Enter")
    page.locator("[data-verdict] .s-down").wait_for()
    assert page.evaluate("document.activeElement.id") == "scan"
    assert StockCount.objects.count() == 24
    assert StockScan.objects.count() == 26


def test_scans_wait_for_the_network_and_leave_once(page: Any, cast: Cast) -> None:
    devices = furnish(cast)
    taking = open_stock_taking(cast.claire, cast.tilleuls)
    enter(page, cast.claire.email)
    url = reverse("inventory:count", args=[taking.pk])
    page.goto(url)
    page.context.set_offline(True)
    for device in devices[:3]:
        page.keyboard.type(device.code)
        page.keyboard.press("Enter")
    page.get_by_text("vos lectures sont gardées").first.wait_for()
    assert not StockScan.objects.exists()
    page.context.set_offline(False)
    page.get_by_text("3 / 30").first.wait_for()
    assert StockScan.objects.count() == 3


def test_each_page_is_accessible_and_fits(page: Any, cast: Cast) -> None:
    furnish(cast)
    site = cast.tilleuls
    declared = declare_inventory(cast.bernard, site)
    closed = close_stock_taking(cast.claire, open_stock_taking(cast.claire, site).pk)
    running = open_stock_taking(cast.claire, site)
    far = make_device(cast.tilleuls, "PC-X", Category.LAPTOP)
    enter(page, cast.bernard.email)
    urls = [
        reverse("inventory:stock_takings"),
        reverse("inventory:stock_taking", args=[closed.pk]),
        reverse("inventory:stock_taking", args=[running.pk]),
        reverse("inventory:count", args=[running.pk]),
        reverse("inventory:labels"),
        reverse("inventory:declarations"),
        reverse("inventory:declare", args=[site.pk]),
        reverse("inventory:declaration", args=[declared.pk]),
        reverse("inventory:device_card", args=[far.pk]),
    ]
    wrong = []
    for width, theme in ((1280, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 850})
        page.emulate_media(color_scheme=theme)
        for url in urls:
            page.goto(url)
            page.wait_for_load_state("load")
            wrong += complaints(page, f"{url} {width}")
    assert wrong == []


def test_the_camera_reads_a_label(page: Any, cast: Cast) -> None:
    """The picture that the page's own decoder is given is a canvas, in the place of a lens."""
    device = furnish(cast)[0]
    taking = open_stock_taking(cast.claire, cast.tilleuls)
    symbol = io.BytesIO()
    segno.make_qr(f"HTTPS://PREAU.EXAMPLE/E/{device.code}").save(symbol, kind="png", scale=8)
    width, height = Image.open(symbol).size
    bits = list(Image.open(symbol).convert("L").getdata())
    page.add_init_script("delete window.BarcodeDetector")
    enter(page, cast.claire.email)
    page.goto(reverse("inventory:count", args=[taking.pk]))
    page.evaluate(CANVAS, [width, height, bits])
    page.get_by_role("button", name="Caméra").click()
    page.get_by_text("1 / 30").first.wait_for()
    assert StockCount.objects.get().device == device


CANVAS = """
([width, height, bits]) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext("2d");
  const draw = () => {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, 640, 480);
    const image = pen.createImageData(width, height);
    bits.forEach((bit, n) => image.data.set([bit, bit, bit, 255], 4 * n));
    pen.putImageData(image, 180, 100);
    requestAnimationFrame(draw);
  };
  draw();
  const lens = { getUserMedia: async () => canvas.captureStream(10) };
  Object.defineProperty(navigator, "mediaDevices", { value: lens });
}
"""

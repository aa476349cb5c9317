"""Counting in a real browser: without a mouse, through a lost connection, with a camera."""

from __future__ import annotations

import io
import uuid
from pathlib import Path
from typing import Any

import pytest
import segno
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from inventory.actions.close_stock_taking import close_stock_taking
from inventory.actions.declare_inventory import declare_inventory
from inventory.actions.labels.ask_labels import ask_labels
from inventory.actions.note_delivery import note_delivery
from inventory.actions.open_stock_taking import open_stock_taking
from inventory.models import Category, LabelRun, StockCount, StockScan
from inventory.printing.formats import formats
from tests.browsing import enter, faults_at
from tests.cast import Cast, make_cast, make_device, make_room
from tests.conftest import chromium_path

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    """Everyone, seen by the server's own thread too."""
    return make_cast()


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
    arrived = note_delivery(cast.bernard, [far.pk], "BL-7", timezone.localdate())
    ready, waiting = (
        ask_labels(
            cast.bernard, [far.pk], title="Essai", form=formats()["a4-24"], first=2,
            base="https://preau.example.org", key=uuid.uuid4(),
        )
        for _n in range(2)
    )  # fmt: skip
    LabelRun.objects.filter(pk=ready.pk).update(state="ready", ended_at=timezone.now(), done=1)
    enter(page, cast.bernard.email)
    urls = [
        reverse("inventory:stock_takings"),
        reverse("inventory:stock_taking", args=[closed.pk]),
        reverse("inventory:stock_taking", args=[running.pk]),
        reverse("inventory:count", args=[running.pk]),
        reverse("inventory:labels"),
        f"{reverse('inventory:labels')}?appareil={far.pk}&premiere=4",
        reverse("inventory:label_run", args=[waiting.pk]),
        reverse("inventory:label_run", args=[ready.pk]),
        reverse("inventory:deliveries"),
        reverse("inventory:delivery", args=[arrived.pk]),
        reverse("inventory:declarations"),
        reverse("inventory:declare", args=[site.pk]),
        reverse("inventory:declaration", args=[declared.pk]),
        reverse("inventory:device_card", args=[far.pk]),
    ]
    assert [one for url in urls for one in faults_at(page, url)] == []


def film_of(text: str, path: Path) -> Path:
    """A few frames of a label, a little aslant, as a phone holds it: Motion JPEG."""
    symbol = io.BytesIO()
    segno.make_qr(text).save(symbol, kind="png", scale=8)
    frames = []
    for turn in (0, 3, 6):
        frame = Image.new("L", (640, 480), "white")
        label = Image.open(symbol).convert("L")
        label = label.rotate(
            turn, expand=True, fillcolor="white", resample=Image.Resampling.BICUBIC
        )
        frame.paste(label, (180, 100))
        out = io.BytesIO()
        frame.convert("RGB").save(out, "jpeg", quality=85)
        frames.append(out.getvalue())
    path.write_bytes(b"".join(frames))
    return path


def test_the_camera_reads_a_label(
    chromium: Any, live_server: Any, cast: Cast, tmp_path: Path
) -> None:
    """The browser's own lens, which shows a film: permission, stream and decoder are real."""
    device = furnish(cast)[0]
    taking = open_stock_taking(cast.claire, cast.tilleuls)
    film = film_of(f"HTTPS://PREAU.EXAMPLE/E/{device.code}", tmp_path / "label.mjpeg")
    lens = chromium.browser_type.launch(
        executable_path=chromium_path(),
        args=[
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film}",
        ],
    )
    page = lens.new_page(
        base_url=live_server.url, locale="fr-BE", viewport={"width": 390, "height": 850}
    )
    page.add_init_script("delete window.BarcodeDetector")
    enter(page, cast.claire.email)
    page.goto(reverse("inventory:count", args=[taking.pk]))
    page.get_by_role("button", name="Caméra").click()
    page.get_by_text("1 / 30").first.wait_for()
    lens.close()
    assert StockCount.objects.get().device == device

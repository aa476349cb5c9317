"""Labels: what a QR leads to, for whom; the printed symbol read back at its printed size."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from django.urls import reverse
from PIL import Image

from inventory.models import Category
from inventory.printing.formats import formats
from inventory.printing.labels import Label, address_of, sheet
from tests.cast import make_device


@pytest.fixture
def device(cast):
    return make_device(cast.tilleuls, "PC-1", Category.LAPTOP, code="ABCD0123")


def test_a_label_leads_to_the_device_whatever_the_case(cast, device, client):
    client.force_login(cast.thomas)
    page = reverse("inventory:device", args=[device.pk])
    for told in ("/e/ABCD0123", "/E/ABCD0123", "/e/abcd-o123/", "/e/ABCDOI23"):
        assert client.get(told).url == page
    client.force_login(cast.claire)
    assert client.get("/e/ABCD0123").url == reverse("inventory:device_card", args=[device.pk])
    assert client.get(f"/equipements/{device.pk}/fiche/").status_code == 200


def test_a_stranger_is_told_what_an_unknown_code_tells(cast, device, client):
    client.force_login(cast.karl)
    answer, other = client.get("/e/ABCD0123"), client.get("/e/ABCD0124")
    assert answer.status_code == other.status_code == 404
    said, told = answer.content.decode(), other.content.decode()
    assert "ABCD 0123" in said
    assert "PC-1" not in said
    strip = lambda text: text.replace("0123", "").replace("0124", "")  # noqa: E731
    assert [line for line in strip(said).splitlines() if "csrf" not in line.lower()] == [
        line for line in strip(told).splitlines() if "csrf" not in line.lower()
    ]


def test_nobody_signs_in_first_then_comes_back(device, client):
    assert client.get("/e/ABCD0123").url == "/entrer/?next=/e/ABCD0123"


def test_every_format_fits_its_page():
    assert {"a4-24", "a4-40", "a4-65", "roll-62x29"} <= set(formats())


@pytest.mark.parametrize("key", ["a4-24", "a4-40", "a4-65", "roll-57x32"])
def test_the_printed_symbol_is_read_back_at_its_size(key, tmp_path):
    zxingcpp = pytest.importorskip("zxingcpp", reason="no decoder here")
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm (poppler-utils) is not installed: no picture of the page")
    codes = [f"ABCD{n:04d}" for n in range(10)]
    labels = [Label(code, f"PC {code} #set [x]", "E-1", "Athénée « A »") for code in codes]
    paper = tmp_path / "sheet.pdf"
    paper.write_bytes(sheet(labels, formats()[key], "https://preau.example", first=3))
    command = [
        "pdftoppm",
        "-r",
        "300",
        "-f",
        "1",
        "-l",
        "1",
        "-png",
        str(paper),
        str(tmp_path / "p"),
    ]
    subprocess.run(command, check=True)
    (picture,) = tmp_path.glob("p*.png")
    found = {one.text for one in zxingcpp.read_barcodes(Image.open(picture))}
    expected = codes[:1] if formats()[key].is_roll else codes
    assert found == {address_of("https://preau.example", code) for code in expected}


def test_the_sheet_is_asked_by_filter_and_by_choice(cast, device, client):
    client.force_login(cast.claire)
    page = client.get(reverse("inventory:labels"), {"premiere": "4", "format": "a4-40"})
    assert page.context["total"] == 1
    assert list(page.context["used"]) == [1, 2, 3]
    assert page.context["cells"] == [device]
    paper = client.get(reverse("inventory:labels_pdf"), {"appareil": str(device.pk)})
    assert paper.content.startswith(b"%PDF")
    client.force_login(cast.karl)
    assert client.get(reverse("inventory:labels")).context["total"] == 0

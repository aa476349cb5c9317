"""Photos and documents of a device: encoded anew, served in scope, taken off and put back."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from inventory.access import DecisionImpossible, DecisionRefused
from inventory.actions.attach_to_device import AT_MOST, attach_to_device
from inventory.models import Category, Device, DeviceFile
from schools.agreements.papers import PaperRefused
from tests.cast import Cast, make_device
from tests.schools.papers import PDF, photo


def as_(user) -> Client:
    client = Client(headers={"accept-language": "fr"})
    client.force_login(user)
    return client


@pytest.fixture
def laptop(cast: Cast) -> Device:
    return make_device(cast.tilleuls, "PC-1", Category.LAPTOP)


def attach(user, device: Device, content: bytes, name: str = "IMG_1.jpg") -> DeviceFile:
    return attach_to_device(user, device.pk, io.BytesIO(content), len(content), name)


def test_a_photo_loses_its_place_and_gets_a_small_one(cast: Cast, laptop: Device):
    exif = Image.Exif()
    exif[0x8825] = {2: (50.0, 27.0, 0.0)}  # GPSInfo
    exif[0x010F] = "Marque"
    out = io.BytesIO()
    Image.new("RGB", (3000, 2000), "white").save(out, "JPEG", exif=exif)
    row = attach(cast.claire, laptop, out.getvalue())
    kept = row.file.open("rb").read()
    assert b"Marque" not in kept
    assert not Image.open(io.BytesIO(kept)).getexif()
    assert max(Image.open(row.small.open("rb")).size) == 320
    assert (row.kind, row.content_type, row.name) == ("photo", "image/jpeg", "IMG_1.jpg")


def test_a_pdf_is_kept_and_comes_as_a_download(cast: Cast, laptop: Device):
    row = attach(cast.claire, laptop, PDF, "Facture 12.pdf")
    answer = as_(cast.claire).get(reverse("inventory:device_file", args=[row.pk]))
    assert answer.content == PDF
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_the_door_is_scoped(cast: Cast, laptop: Device):
    row = attach(cast.claire, laptop, photo())
    url = reverse("inventory:device_file", args=[row.pk])
    for person in (cast.claire, cast.bernard, cast.veronique, cast.sofia, cast.thomas):
        assert as_(person).get(url, {"petit": "1"})["Content-Type"] == "image/jpeg"
    assert as_(cast.karl).get(url).status_code == 404
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("content", [b"", b"MZ\x90 programme", b"<svg onload='x()'/>", PDF[:-9]])
def test_what_is_neither_photo_nor_pdf_is_refused(cast: Cast, laptop: Device, content: bytes):
    with pytest.raises(PaperRefused):
        attach(cast.claire, laptop, content)
    assert not DeviceFile.objects.exists()


def test_who_may_not_change_the_device_attaches_nothing(cast: Cast, laptop: Device):
    with pytest.raises(DecisionRefused):
        attach(cast.veronique, laptop, photo())
    with pytest.raises(DecisionRefused):
        attach(cast.claire, make_device(cast.tilleuls, "SW-1"), photo())
    with pytest.raises(Device.DoesNotExist):
        attach(cast.karl, laptop, photo())


def test_the_same_photo_twice_is_one_and_there_is_a_limit(cast: Cast, laptop: Device):
    assert attach(cast.claire, laptop, photo()) == attach(cast.claire, laptop, photo())
    for n in range(1, AT_MOST):
        attach(cast.claire, laptop, photo(f"#{n * 12:02x}0000"))
    with pytest.raises(DecisionImpossible, match="20 fichiers"):
        attach(cast.claire, laptop, photo("red"))


def test_several_are_sent_at_once_and_a_bad_one_spoils_nothing(cast: Cast, laptop: Device):
    client = as_(cast.claire)
    files = [SimpleUploadedFile("a.jpg", photo()), SimpleUploadedFile("b.exe", b"MZ")]
    url = reverse("inventory:device_attach", args=[laptop.pk])
    page = client.post(url, {"fichier": files}, follow=True).content.decode()
    assert DeviceFile.objects.count() == 1
    assert "ni un PDF ni une photo" in page
    assert "petit=1" in page


def test_a_file_is_taken_off_and_put_back(cast: Cast, laptop: Device):
    row = attach(cast.claire, laptop, photo())
    client, url = as_(cast.claire), reverse("inventory:device_detach", args=[row.pk])
    assert as_(cast.veronique).post(url).status_code == 403
    page = client.post(url, follow=True).content.decode()
    assert "data-undo=" in page
    assert client.get(reverse("inventory:device_file", args=[row.pk])).status_code == 404
    client.post(f"{url}?remettre=1")
    assert DeviceFile.objects.current().count() == 1

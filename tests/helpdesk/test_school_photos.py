"""Photos: what comes in from a phone is decoded and encoded anew, or refused in plain words."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from schools import photos
from schools.photos import PhotoRefused, reencode


def encoded(size=(40, 30), kind="JPEG", mode="RGB", **options) -> io.BytesIO:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, kind, **options)
    out.seek(0)
    return out


def taken(file: io.BytesIO) -> Image.Image:
    return Image.open(io.BytesIO(reencode(file, len(file.getvalue()))))


def test_place_and_camera_are_stripped():
    exif = Image.Exif()
    exif[0x010F] = "Marque"
    exif[0x8825] = {2: (50.0, 27.0, 0.0)}  # GPSInfo
    source = encoded(exif=exif, comment=b"secret")
    assert b"Marque" in source.getvalue()
    result = taken(source)
    assert not result.getexif()
    assert b"Marque" not in reencode(source, 100)
    assert b"secret" not in reencode(source, 100)


def test_a_photo_taken_sideways_is_turned_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # Orientation: turn a quarter clockwise
    assert taken(encoded((40, 30), exif=exif)).size == (30, 40)


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    assert taken(encoded((3200, 1600))).size == (1600, 800)


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("GIF", "P"), ("WEBP", "RGB"), ("JPEG", "L")]
)
def test_other_pictures_become_a_jpeg(kind: str, mode: str):
    assert taken(encoded(kind=kind, mode=mode)).format == "JPEG"


def test_what_is_transparent_becomes_white():
    file = io.BytesIO()
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(file, "PNG")
    file.seek(0)
    assert taken(file).getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\x89PNG\r\n\x1a\n"],
)
def test_what_is_no_picture_is_refused_with_what_to_do(content: bytes):
    with pytest.raises(PhotoRefused, match="renvoyez-la"):
        reencode(io.BytesIO(content), len(content))


def test_a_cut_jpeg_is_refused():
    whole = encoded((400, 300)).getvalue()
    with pytest.raises(PhotoRefused):
        reencode(io.BytesIO(whole[: len(whole) // 2]), len(whole) // 2)


def test_a_heavy_file_is_refused_before_it_is_read():
    with pytest.raises(PhotoRefused, match="15 Mo au plus"):
        reencode(io.BytesIO(b""), photos.MAX_BYTES + 1)


def test_too_many_pixels_are_refused_before_they_are_decoded():
    file = encoded((9000, 9000), "PNG", "1")
    with pytest.raises(PhotoRefused, match="pixels"):
        reencode(file, len(file.getvalue()))


def test_a_format_of_some_phones_is_named_with_what_to_do():
    file = io.BytesIO(b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(500))
    with pytest.raises(PhotoRefused, match="capture d’écran"):
        reencode(file, 520)

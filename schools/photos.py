"""Photos from a phone: read, turned upright, made smaller, and rid of what they tell in secret.

A photo is decoded and encoded anew: place, camera and time (EXIF) go, and so does anything hidden
behind the picture. What leaves here is always a JPEG of ours.
"""

from __future__ import annotations

import io
from typing import IO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 60_000_000
"""A phone's 48-megapixel camera passes; a decompression bomb does not."""
MAX_SIDE = 1600
QUALITY = 82
CONTENT_TYPE = "image/jpeg"
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


class PhotoRefused(ValueError):
    """The file cannot be taken; the message says why and what to do."""


def reencode(file: IO[bytes], size: int, max_side: int = MAX_SIDE) -> bytes:
    """Return the photo as a JPEG of at most ``max_side`` px a side, without metadata.

    ``size`` is the length of the file in bytes. Raises PhotoRefused with words for the sender.
    """
    if size > MAX_BYTES:
        raise PhotoRefused(
            _("Cette photo est trop lourde (%(size)d Mo, 15 Mo au plus). Prenez-en une autre.")
            % {"size": size // (1024 * 1024)}
        )
    try:
        with Image.open(file, formats=FORMATS) as image:
            _refuse_too_many_pixels(image)
            # A JPEG is decoded at the scale it is needed in: eight times less work and memory.
            image.draft("RGB", (max_side, max_side))
            upright = ImageOps.exif_transpose(image)
            return _jpeg(upright, max_side)
    except PhotoRefused:
        raise
    except Image.DecompressionBombError as error:
        raise PhotoRefused(_too_many()) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        # Pillow says SyntaxError for a broken PNG and OSError for a cut JPEG.
        raise PhotoRefused(_unread(file)) from error


def _unread(file: IO[bytes]) -> str:
    """What to do about a file that is no photo for us: the brands of HEIC (ISO 23008-12) are."""
    file.seek(0)
    if file.read(12)[4:8] == b"ftyp":
        return _(
            "Nous ne savons pas lire ce format de photo (HEIC). "
            "Faites une capture d’écran de la photo et envoyez-la."
        )
    return _(
        "Ce fichier n’est pas une photo que nous pouvons lire. "
        "Prenez la photo avec votre téléphone et renvoyez-la."
    )


def _too_many() -> str:
    return _("Cette photo a trop de pixels. Réduisez la résolution de l’appareil photo.")


def _refuse_too_many_pixels(image: Image.Image) -> None:
    """The header tells the dimensions: refuse before any pixel is decoded."""
    if image.width * image.height > MAX_PIXELS:
        raise PhotoRefused(_too_many())


def _jpeg(image: Image.Image, max_side: int) -> bytes:
    image.thumbnail((max_side, max_side))
    if image.mode not in ("RGB", "L"):
        # What was transparent becomes white, not black.
        layered = image.convert("RGBA")
        ground = Image.new("RGBA", layered.size, "white")
        image = Image.alpha_composite(ground, layered).convert("RGB")
    out = io.BytesIO()
    clean = Image.new(image.mode, image.size)
    clean.paste(image)
    clean.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()

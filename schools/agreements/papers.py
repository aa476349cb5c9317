"""Papers people hand in: a PDF, or a photo of the page. Told apart by their content, never by name.

A photo is encoded anew (``schools/photos.py``): place and camera go. A PDF is kept byte by byte, so
that its digest stays that of what was signed; it is never opened here and served as a download.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from schools.photos import CONTENT_TYPE as JPEG
from schools.photos import MAX_BYTES, PhotoRefused, reencode

PDF = "application/pdf"
MAX_SIDE = 2400
"""An A4 page stays readable at 200 points an inch."""
END = 2048
"""A PDF ends with %%EOF, within its last bytes (ISO 32000-1, 7.5.5)."""


class PaperRefused(ValueError):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What is kept: content, its type, a harmless name."""

    content: bytes
    content_type: str
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_paper(file: IO[bytes], size: int, name: str = "") -> Paper:
    """Take a PDF or a photo of at most 15 MB. Raises PaperRefused with words for the sender."""
    if size > MAX_BYTES:
        raise PaperRefused(
            _("Ce document est trop lourd (%(size)d Mo, 15 Mo au plus). Scannez-le en moins fin.")
            % {"size": size // (1024 * 1024)}
        )
    if size == 0:
        raise PaperRefused(_("Ce fichier est vide. Choisissez-en un autre."))
    file.seek(0)
    if file.read(5) == b"%PDF-":
        file.seek(0)
        return Paper(_whole_pdf(file.read()), PDF, _named(name, "pdf"))
    file.seek(0)
    try:
        return Paper(reencode(file, size, MAX_SIDE), JPEG, _named(name, "jpg"))
    except PhotoRefused as refused:
        raise PaperRefused(
            _("Ce fichier n’est ni un PDF ni une photo lisible. %(why)s") % {"why": refused}
        ) from refused


def _whole_pdf(content: bytes) -> bytes:
    if b"%%EOF" not in content[-END:]:
        raise PaperRefused(_("Ce PDF est incomplet. Enregistrez-le à nouveau et renvoyez-le."))
    if b"/Encrypt" in content:
        raise PaperRefused(_("Ce PDF est protégé par un mot de passe. Envoyez-le sans protection."))
    return content


def _named(name: str, ending: str) -> str:
    """The sender's name for it, made harmless, with the ending of what it really is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    stem = re.sub(r"[^\w .()-]", "", stem).strip(" .")[:100] or "document"
    return f"{stem}.{ending}"

"""Files of a resource, told apart by their content, never by their name."""

from __future__ import annotations

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from schools.photos import PhotoRefused, reencode

MAX_BYTES = 50 * 1024 * 1024
MAX_FILES = 10
MAX_SIDE = 2400
MAX_PARTS = 5_000
SIGNS: tuple[tuple[int, bytes, str, str], ...] = (
    (0, b"%PDF-", "application/pdf", "pdf"),
    (0, b"OggS", "audio/ogg", "ogg"),
    (0, b"ID3", "audio/mpeg", "mp3"),
    (0, b"\xff\xfb", "audio/mpeg", "mp3"),
    (0, b"\x1aE\xdf\xa3", "video/webm", "webm"),
    (4, b"ftyp", "video/mp4", "mp4"),
)
PHOTOS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"GIF8")
OPEN_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
    "application/epub+zip": "epub",
}
OFFICE = {
    "word/": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    "ppt/": ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
}


class FileRefused(ValueError):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a file: content, its type, a harmless name."""

    content: bytes
    content_type: str
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def read_file(file: IO[bytes], size: int, name: str) -> Kept:
    """Take a document, picture, sound or film. Raises FileRefused with words for the sender."""
    if size == 0:
        raise FileRefused(_("Ce fichier est vide. Choisissez-en un autre."))
    if size > MAX_BYTES:
        raise FileRefused(
            _("Ce fichier est trop lourd (%(size)d Mo, 50 Mo au plus). Déposez plutôt un lien.")
            % {"size": size // (1024 * 1024)}
        )
    file.seek(0)
    head = file.read(16)
    if head.startswith(PHOTOS):
        return _photo(file, size, name)
    file.seek(0)
    content = file.read()
    if head.startswith(b"PK\x03\x04"):
        kind, ending = _archive(content)
        return Kept(content, kind, _named(name, ending))
    for place, sign, kind, ending in SIGNS:
        if head[place:].startswith(sign):
            return Kept(content, kind, _named(name, ending))
    raise FileRefused(
        _(
            "Nous ne reconnaissons pas ce fichier. Envoyez un PDF, un document LibreOffice ou "
            "Office, un EPUB, une image, un son, une vidéo, ou déposez un lien."
        )
    )


def _photo(file: IO[bytes], size: int, name: str) -> Kept:
    """A picture is encoded anew: where and with what it was taken goes."""
    try:
        return Kept(reencode(file, size, MAX_SIDE), "image/jpeg", _named(name, "jpg"))
    except PhotoRefused as refused:
        raise FileRefused(str(refused)) from refused


UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError),
    RuntimeError,  # a password; as NotImplementedError: a compression that Python does not know
)
"""What an archive that is damaged, locked or foreign raises while it is read."""


def _archive(content: bytes) -> tuple[str, str]:
    """What a zip archive is: an open document, an Office document, an H5P, or a folder."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            kind = ""
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
    except UNREADABLE as error:
        raise FileRefused(_("Ce fichier est incomplet. Enregistrez-le à nouveau.")) from error
    if len(names) > MAX_PARTS:
        raise FileRefused(_("Cette archive contient trop de fichiers. Déposez plutôt un lien."))
    if any(one.lower().endswith("vbaproject.bin") for one in names):
        raise FileRefused(
            _("Ce document contient des macros. Enregistrez-le sans macro, puis envoyez-le.")
        )
    if kind in OPEN_DOCUMENTS:
        return kind, OPEN_DOCUMENTS[kind]
    if "[Content_Types].xml" in names:
        for folder, (office, ending) in OFFICE.items():
            if any(one.startswith(folder) for one in names):
                return office, ending
    if "h5p.json" in names:
        return "application/zip", "h5p"
    return "application/zip", "zip"


def _named(name: str, ending: str) -> str:
    """The sender's name for it, made harmless, with the ending of what it really is."""
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    stem = re.sub(r"[^\w .()-]", "", stem).strip(" .")[:80] or "ressource"
    return f"{stem}.{ending}"

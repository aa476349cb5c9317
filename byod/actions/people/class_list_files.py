"""Read a class list as CSV, XLSX, ODS or JSON; the file itself is never kept."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from django.utils.translation import gettext as _

from byod.actions.people.class_list_columns import CLASS_LIST
from byod.rules.people.class_lists import Fault, ReadList, read_row, without_twins
from schools.imports.reading import FileRefused, Row, Source, open_source

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 6000
"""People of one site."""
MAX_CONTENT = 80 * 1024 * 1024
"""What the table of an ODS may become when it is unpacked."""
WIDEST = 60
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


def read_class_list(body: bytes, today: dt.date) -> ReadList:
    """Rows and faults of a file. Raises FileRefused with the reason in words."""
    if len(body) > MAX_BYTES:
        raise FileRefused(_("Ce fichier pèse plus de 5 Mo\u00a0: envoyez la liste d’une école."))
    # openpyxl goes by the ending; what it really is, the first bytes tell
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(body)
        file.flush()
        source = _opened(Path(file.name), body)
        return _read(source, today)


def _opened(path: Path, body: bytes) -> Source:
    if body.startswith(b"PK\x03\x04") and b"opendocument.spreadsheet" in body[:200]:
        return _ods(path)
    return open_source(path, CLASS_LIST)


def _read(source: Source, today: dt.date) -> ReadList:
    found = ReadList()
    for row in source.rows:
        if len(found.rows) + len(found.faults) >= MAX_ROWS:
            raise FileRefused(_("Plus de 6 000 lignes\u00a0: est-ce la liste d’une seule école ?"))
        cells = {
            key: row.cells[place] if place < len(row.cells) else ""
            for key, place in source.places.items()
        }
        told = read_row(row.line, cells, today)
        if isinstance(told, list):
            found.faults += told
        else:
            found.rows.append(told)
    return without_twins(found)


def _ods(path: Path) -> Source:
    """The first table of an OpenDocument spreadsheet (ISO/IEC 26300)."""
    refused = FileRefused(_("Cet ODS ne se lit pas\u00a0: enregistrez-le en XLSX ou en CSV."))
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo("content.xml").file_size > MAX_CONTENT:
                raise refused
            content = archive.read("content.xml")
        if b"<!DOCTYPE" in content[:2000] or b"<!ENTITY" in content:
            raise refused  # no entity is ever expanded
        table = ET.fromstring(content).find(f".//{{{_TABLE}}}table")  # noqa: S314
    except (zipfile.BadZipFile, KeyError, ET.ParseError) as error:
        raise refused from error
    if table is None:
        raise refused
    rows = _ods_rows(table)
    heads = list(next(rows, Row(1, ())).cells)
    places, unknown = CLASS_LIST.match(heads)
    missing = CLASS_LIST.missing(places)
    if missing:
        raise FileRefused(_("Il manque : %(missing)s.") % {"missing": ", ".join(missing)})
    return Source(CLASS_LIST, "ODS", heads, rows, places=places, unknown=unknown)


def _ods_rows(table: ET.Element) -> Iterator[Row]:
    for line, row in enumerate(table.iter(f"{{{_TABLE}}}table-row"), 1):
        cells: list[str] = []
        for cell in row:
            times = int(cell.get(f"{{{_TABLE}}}number-columns-repeated", "1"))
            room = WIDEST - len(cells)
            cells += [_ods_text(cell)] * max(0, min(times, room))
        if any(cells):
            yield Row(line, tuple(cells))


def _ods_text(cell: ET.Element) -> str:
    if day := cell.get(f"{{{_OFFICE}}}date-value"):
        return day[:10]
    return "\n".join("".join(part.itertext()) for part in cell.iter(f"{{{_TEXT}}}p")).strip()


def faults_of(found: ReadList) -> list[Fault]:
    """At most a hundred are told."""
    return found.faults[:100]

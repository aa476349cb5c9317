"""Reading a source: which format, which encoding, which separator; then rows, lazily.

Everything a person may send by mistake (a PDF, an old .xls, an error page, an empty file, another
list) is refused with one sentence that says what was expected.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from schools.imports.columns import LAYOUTS, Layout
from schools.imports.json_rows import NotJson, objects

MAX_BYTES = 60 * 1024 * 1024
MAX_UNPACKED = 600 * 1024 * 1024
"""What an XLSX may become when its parts are unpacked: a bomb is not."""
MAX_ROWS = 500_000
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SEPARATORS = ";,\t|"
PEEK = 200
"""Objects of a JSON file that say which columns there are: the portal leaves empty ones out."""


class FileRefused(ValueError):
    """The file cannot be read; the text says what it is and what was expected."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file (its rank in JSON), its cells, and whether they are too few."""

    line: int
    cells: tuple[str, ...]


@dataclass(slots=True)
class Source:
    """An opened file: its headings, where our columns stand, and its rows, to be read once."""

    layout: Layout
    format: str
    heads: list[str]
    rows: Iterator[Row]
    total: int = 0
    places: dict[str, int] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def open_source(path: Path, layout: Layout) -> Source:
    """Look at the file and get ready to read it. Raises FileRefused with the reason."""
    size = path.stat().st_size
    refuse_heavy(size)
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\xef\xbb\xbf \t\r\n\x00"):
        raise FileRefused(_("Ce fichier est vide. %(expected)s") % {"expected": _expected(layout)})
    _refuse_foreign(start, layout)
    if start.startswith(b"PK\x03\x04"):
        source = _xlsx(path, layout)
    else:
        encoding, lines = _encoding(path)
        text = start.decode(encoding, errors="ignore").lstrip("\ufeff \t\r\n")
        source = (
            _json(path, layout, encoding)
            if text[:1] in "[{"
            else _csv(path, layout, encoding, lines)
        )
    return _matched(source)


def refuse_heavy(size: int) -> None:
    """Raises FileRefused for a file of more bytes than any of our sources has."""
    if size > MAX_BYTES:
        raise FileRefused(
            _(
                "Ce fichier pèse %(size)d Mo, 60 Mo au plus. Un registre de toute la Région en "
                "pèse 5 : est-ce le bon fichier ?"
            )
            % {"size": size // (1024 * 1024)}
        )


def _expected(layout: Layout) -> str:
    return _("Attendu : un tableau CSV, JSON ou XLSX avec les colonnes %(columns)s.") % {
        "columns": ", ".join(layout.expected)
    }


FOREIGN = (
    (b"%PDF", gettext_lazy("Ce fichier est un PDF.")),
    (
        b"\xd0\xcf\x11\xe0",
        gettext_lazy("Ce fichier est un ancien classeur (.xls) : enregistrez-le en XLSX."),
    ),
    (b"\x89PNG", gettext_lazy("Ce fichier est une image.")),
    (b"\xff\xd8\xff", gettext_lazy("Ce fichier est une image.")),
    (b"\x1f\x8b", gettext_lazy("Ce fichier est compressé : décompressez-le d’abord.")),
    (
        b"<!doctype",
        gettext_lazy("Ce fichier est une page web, sans doute une page d’erreur du portail."),
    ),
    (
        b"<html",
        gettext_lazy("Ce fichier est une page web, sans doute une page d’erreur du portail."),
    ),
    (b"<?xml", gettext_lazy("Ce fichier est du XML.")),
)


def _refuse_foreign(start: bytes, layout: Layout) -> None:
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n")
    for mark, words in FOREIGN:
        if head[: len(mark)].lower() == mark.lower():
            raise FileRefused(f"{words} {_expected(layout)}")


def _encoding(path: Path) -> tuple[str, int]:
    """The encoding that reads the whole file, and how many lines it has."""
    lines = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    good = True
    with path.open("rb") as file:
        if (start := file.read(4))[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            return "utf-16", 0
        file.seek(0)
        while chunk := file.read(1024 * 1024):
            lines += chunk.count(b"\n")
            if good:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    good = False
    if not good:
        return "cp1252", lines
    return ("utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"), lines


def _csv(path: Path, layout: Layout, encoding: str, lines: int) -> Source:
    # cp1252 leaves five bytes undefined; a register with one of them is still a register
    file = path.open(encoding=encoding, errors="replace", newline="")
    first = file.readline(100_000)
    file.seek(0)
    separator = max(SEPARATORS, key=first.count)
    reader = csv.reader(file, delimiter=separator)
    heads = [clean(cell) for cell in next(reader, [])]
    name = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16"}.get(encoding, "Latin-1")
    shown = {"\t": _("tabulations")}.get(separator, f"« {separator} »")
    told = f"CSV, {name}, {shown}"
    return Source(layout, told, heads, _csv_rows(reader, file, layout), max(lines - 1, 0))


def _csv_rows(reader: Any, file: Any, layout: Layout) -> Iterator[Row]:
    line = reader.line_num + 1
    with file:
        while True:
            try:
                cells = next(reader, None)
            except csv.Error as error:
                raise FileRefused(
                    _("La ligne %(line)d ne se lit pas comme du CSV (%(error)s). %(expected)s")
                    % {"line": line, "error": error, "expected": _expected(layout)}
                ) from error
            if cells is None:
                return
            if any(cell.strip() for cell in cells):
                yield Row(line, tuple(clean(cell) for cell in cells))
            line = reader.line_num + 1


def _json(path: Path, layout: Layout, encoding: str) -> Source:
    file = path.open(encoding=encoding)
    found = objects(file)
    try:
        first = list(itertools.islice(found, PEEK))
    except NotJson:
        file.close()
        raise FileRefused(
            _("Ce JSON n’est pas une liste d’objets. %(expected)s")
            % {"expected": _expected(layout)}
        ) from None
    heads = list(dict.fromkeys(clean(str(key)) for one in first for key in one))
    return Source(layout, "JSON", heads, _json_rows(first, found, heads, file))


def _json_rows(
    first: list[dict[str, Any]], rest: Iterator[dict[str, Any]], heads: list[str], file: Any
) -> Iterator[Row]:
    rank = 0
    with file:
        try:
            for rank, one in enumerate(itertools.chain(first, rest), 1):
                yield Row(rank, tuple(cell_text(one.get(head)) for head in heads))
        except NotJson:
            raise FileRefused(
                _("Le fichier est coupé après l’objet %(rank)d : reprenez-le à la source.")
                % {"rank": rank}
            ) from None


def _xlsx(path: Path, layout: Layout) -> Source:
    from openpyxl import load_workbook  # noqa: PLC0415  slow to import, rarely needed

    refused = FileRefused(
        _("Ce fichier compressé n’est pas un classeur XLSX lisible. %(expected)s")
        % {"expected": _expected(layout)}
    )
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(part.file_size for part in archive.infolist()) > MAX_UNPACKED:
                raise refused
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        total = sheet.max_row or 0
        sheet.reset_dimensions()  # some writers declare one cell and fill thousands
        cells = sheet.iter_rows(values_only=True)
        heads = [cell_text(value) for value in next(cells, ())]
    except FileRefused:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise
        raise refused from error
    rows = _xlsx_rows(cells, len(heads), book, refused)
    return Source(layout, "XLSX", heads, rows, max(total - 1, 0))


def _xlsx_rows(cells: Iterator[Any], width: int, book: Any, refused: FileRefused) -> Iterator[Row]:
    try:
        for line, values in enumerate(cells, 2):
            row = tuple(cell_text(value) for value in values)
            if any(row):
                yield Row(line, (*row[:width], *[""] * (width - len(row))))
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise refused from error
    finally:
        book.close()


def cell_text(value: Any) -> str:
    """A cell of a spreadsheet or of JSON as the text a CSV would hold."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, list):
        return ", ".join(cell_text(one) for one in value)
    return clean(str(value))


def clean(text: str) -> str:
    """Text that a database can hold: a NUL or half a surrogate pair becomes a mark that is told."""
    text = text.strip()
    return text if text.isprintable() else UNSTORABLE.sub("\ufffd", text)


def _matched(source: Source) -> Source:
    """Find our columns among the headings. Raises FileRefused naming those that are missing."""
    source.places, source.unknown = source.layout.match(source.heads)
    if missing := source.layout.missing(source.places):
        raise FileRefused(_missing(source, missing))
    source.rows = _bounded(source.rows)
    return source


def _missing(source: Source, missing: Sequence[str]) -> str:
    words = _("Il manque : %(missing)s.") % {"missing": ", ".join(missing)}
    for other in LAYOUTS.values():
        places, _unknown = other.match(source.heads)
        if other is not source.layout and places and not other.missing(places):
            guess = _("Ce fichier ressemble à « %(kind)s ».") % {"kind": other.label}
            return f"{words} {guess}"
    found = ", ".join(head for head in source.heads if head)[:300]
    return f"{words} {_('Colonnes trouvées : %(found)s.') % {'found': found or '—'}}"


def _bounded(rows: Iterator[Row]) -> Iterator[Row]:
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise FileRefused(_("Plus de 500 000 lignes : ce n’est pas l’une de nos sources."))
        yield row

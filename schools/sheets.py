"""Lists as files of a spreadsheet: CSV, XLSX or ODS, row by row however long they are.

A cell keeps its type: numbers are numbers, dates dd/mm/yyyy, times local, and text is text, so
that nothing somebody typed is run as a formula. CSV, which has no types, is as spreadsheets of
an administration read it: UTF-8 with a mark, semicolons, a dangerous first sign disarmed.
"""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, TypeVar

import xlsxwriter
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from schools.actions.record_export import record_export
from schools.models import User
from schools.sheets_cells import CELL_CHARACTERS, DAY, MOMENT, plain, readable
from schools.sheets_ods import write_ods

MARK = "\ufeff"
"""Without this mark spreadsheets guess another encoding."""
CHUNK = 500
EXPORT_AT_MOST = 100_000
"""Rows of one file: ten years of tickets are asked year by year."""
BLOCK = 64 * 1024
SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
WIDEST = 60
T = TypeVar("T")

CSV, XLSX, ODS = "csv", "xlsx", "ods"
FORMATS = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ODS: "application/vnd.oasis.opendocument.spreadsheet",
}
"""Ending → what the browser is told it is."""

Rows = Iterable[Sequence[object]]


def sheet_paths(route: str, view: Callable[..., HttpResponseBase], name: str) -> list[URLPattern]:
    """The addresses of an export: ``route`` with each ending; ``name`` is that of the CSV."""
    return [
        path(
            f"{route}.{ending}",
            view,
            {"ending": ending},
            name=name if ending == CSV else f"{name}_{ending}",
        )
        for ending in FORMATS
    ]


def sheet_response(
    request: HttpRequest,
    name: str,
    heads: Sequence[object],
    rows: Rows,
    *,
    ending: str = CSV,
    people: bool = False,
) -> StreamingHttpResponse:
    """A download ``<name>-<now>.<ending>``; ``?format=`` names another ending than the URL's.

    ``people``: the rows name people, so the journal keeps who took them, and which.
    """
    asked = request.GET.get("format", ending)
    kind = asked if asked in FORMATS else ending
    if people and isinstance(request.user, User):
        record_export(request.user, name, kind, request.GET.dict())
    rows = _telling_where_cut(rows)
    parts = _csv(heads, rows) if kind == CSV else _file(kind, name, heads, rows)
    body = _one_by_one(parts) if isinstance(request, ASGIRequest) else parts
    response = StreamingHttpResponse(body, content_type=FORMATS[kind])
    stamp = f"{timezone.localtime():%Y%m%d-%H%M}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{kind}"'
    return response


def _telling_where_cut(rows: Rows) -> Rows:
    """A list that ends at the limit says so in a last line: a cut file looks like a whole one."""
    words = _("Ce fichier s’arrête à %(n)d lignes\u00a0: resserrez les filtres pour le reste.")
    told = words % {"n": EXPORT_AT_MOST}  # in the reader's language: the file leaves after it
    return _with_last_line(rows, told)


def _with_last_line(rows: Rows, told: str) -> Rows:
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007
        yield row
    if count == EXPORT_AT_MOST:
        yield [told]


def batches(rows: Iterable[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Rows in lists of ``size``: what belongs to them is then read by list, not by row."""
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _csv(heads: Sequence[object], rows: Rows) -> Iterator[bytes]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield (MARK + writer.writerow(heads)).encode()
    for part in batches(rows):
        yield "".join(writer.writerow([_disarmed(v) for v in row]) for row in part).encode()


class _Echo:
    """A file whose lines are handed on instead of kept (csv writes into it)."""

    def write(self, value: str) -> str:
        return value


def _disarmed(value: object) -> str:
    """Text that a spreadsheet will not run; what is not text (−5) cannot be a formula."""
    text = readable(value)
    return f"'{text}" if isinstance(plain(value), str) and text.startswith(SIGNS) else text


def _file(kind: str, name: str, heads: Sequence[object], rows: Rows) -> Iterator[bytes]:
    """The file in blocks. Both kinds are zip archives, written to disk before they are read."""
    with tempfile.TemporaryFile() as file:
        (write_ods if kind == ODS else _write_xlsx)(file, name, heads, rows)
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _write_xlsx(file: IO[bytes], name: str, heads: Sequence[object], rows: Rows) -> None:
    """``constant_memory`` flushes each row to disk when the next one begins."""
    book = xlsxwriter.Workbook(
        file,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    day, moment = (book.add_format({"num_format": f}) for f in (DAY.lower(), MOMENT.lower()))
    sheet = book.add_worksheet(name[:31])
    sheet.freeze_panes(1, 0)
    for column, head in enumerate(heads):
        sheet.set_column(column, column, min(max(len(str(head)) + 4, 12), WIDEST))
    sheet.write_row(0, 0, [str(head) for head in heads], book.add_format({"bold": True}))
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(map(plain, row)):
            if value is None or value == "":
                continue
            if isinstance(value, str):
                sheet.write_string(number, column, value[:CELL_CHARACTERS])
            elif isinstance(value, bool):
                sheet.write_boolean(number, column, value)
            elif isinstance(value, dt.date):
                stamp = moment if isinstance(value, dt.datetime) else day
                sheet.write_datetime(number, column, value, stamp)
            else:
                sheet.write_number(number, column, value)
    book.close()


async def _one_by_one(parts: Iterator[bytes]) -> AsyncIterator[bytes]:
    """An ASGI server would read a plain iterator to its end before it sends the first part."""
    step = sync_to_async(lambda: next(parts, None))
    while (part := await step()) is not None:
        yield part

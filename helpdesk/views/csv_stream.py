"""CSV files that leave line by line, however long they are."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from typing import TypeVar

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone

CHUNK = 500
EXPORT_AT_MOST = 100_000
T = TypeVar("T")


class _Echo:
    """A file whose lines are handed on instead of kept (csv writes into it)."""

    def write(self, value: str) -> str:
        return value


def csv_response(
    request: HttpRequest, name: str, heads: Sequence[object], parts: Iterable[list[list[object]]]
) -> StreamingHttpResponse:
    """A download named ``<name>-<now>.csv``: semicolons and a BOM, as French spreadsheets expect.

    ``parts`` gives rows in batches; an ASGI server is handed each batch as it is read.
    """
    lines = _lines(heads, parts)
    body = _one_by_one(lines) if isinstance(request, ASGIRequest) else lines
    response = StreamingHttpResponse(body, content_type="text/csv; charset=utf-8")
    stamp = f"{timezone.localtime():%Y%m%d-%H%M}"
    response["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.csv"'
    return response


def batches(rows: Iterator[T], size: int = CHUNK) -> Iterator[list[T]]:
    """Rows in lists of ``size``."""
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


def moment(at: dt.datetime | None) -> str:
    """``2026-11-23 10:04`` in Brussels; empty when unknown."""
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _safe(value: object) -> str:
    """A spreadsheet must not run what somebody typed: a formula loses its first sign's power."""
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _lines(heads: Sequence[object], parts: Iterable[list[list[object]]]) -> Iterator[str]:
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(heads)
    for part in parts:
        yield "".join(writer.writerow([_safe(value) for value in row]) for row in part)


async def _one_by_one(lines: Iterator[str]) -> AsyncIterator[str]:
    step = sync_to_async(lambda: next(lines, None))
    while (line := await step()) is not None:
        yield line

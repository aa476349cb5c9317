"""CSV as spreadsheets of an administration read it: UTF-8 with a mark, semicolons, no formulas."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence


class _Line:
    """A file that gives each line back, to be streamed."""

    def write(self, line: str) -> str:
        return line


def _cell(value: object) -> str:
    """Text that a spreadsheet will not run as a formula."""
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def csv_lines(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of the sheet, the first one naming the columns."""
    writer = csv.writer(_Line(), delimiter=";")
    yield "\ufeff"  # without this mark spreadsheets guess another encoding
    yield writer.writerow(heads)
    for row in rows:
        yield writer.writerow([_cell(value) for value in row])

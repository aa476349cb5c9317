"""Pages of a long list by keys: rows are sought, never skipped over, so page 70 costs as page 1."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

PAGE = 50
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Column:
    """A column that orders rows; never null. The last of an order is unique."""

    path: str
    down: bool = False
    kind: type[str] | type[int] = str
    moment: bool = False
    """A date and time, which a cursor holds as text."""
    day: bool = False
    """A date, likewise."""

    @property
    def order(self) -> str:
        return f"-{self.path}" if self.down else self.path


KEY = Column("pk", kind=int)


def page_of(
    rows: QuerySet[M], columns: Sequence[Column], after: str, size: int = PAGE
) -> tuple[list[M], str]:
    """One page from a cursor on, and the cursor of the next page (empty: the last page)."""
    rows = in_order(rows, columns)
    if (values := cursor_values(after, columns)) is not None:
        rows = rows.filter(beyond(columns, values))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, ""
    last = found[size - 1]
    return found[:size], _write([_value(last, column.path) for column in columns])


def in_order(rows: QuerySet[M], columns: Sequence[Column]) -> QuerySet[M]:
    """All the rows in that order, for an export."""
    return rows.order_by(*(column.order for column in columns))


def beyond(columns: Sequence[Column], values: Sequence[Any]) -> Q:
    """Rows after these values in that order: (a, b, c) > (x, y, z), spelt out."""
    found, equal = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        side = "lt" if column.down else "gt"
        found |= equal & Q(**{f"{column.path}__{side}": value})
        equal &= Q(**{column.path: value})
    return found


def _value(row: Model, path: str) -> Any:
    value: Any = row
    for name in path.split("__"):
        value = getattr(value, name)
    return value


def _write(values: list[Any]) -> str:
    # moments in full: Django's encoder keeps milliseconds, and the row at the cursor would be lost
    text = json.dumps(values, default=lambda moment: moment.isoformat())
    return base64.urlsafe_b64encode(text.encode()).decode()


def cursor_values(cursor: str, columns: Sequence[Column]) -> list[Any] | None:
    """The values of a cursor; None for none, or for one that nobody of ours wrote."""
    if not cursor:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        return None
    good = isinstance(values, list) and len(values) == len(columns)
    if not good or any(
        type(value) is not column.kind for value, column in zip(values, columns, strict=True)
    ):
        return None
    held = zip(columns, values, strict=True)
    return values if all(_stored(column, value) for column, value in held) else None


def _stored(column: Column, value: str | int) -> bool:
    """A column could hold it: PostgreSQL refuses larger numbers, NUL, and what is no moment."""
    if isinstance(value, int):
        return abs(value) < 2**63
    if column.moment:
        return _is_moment(value)
    if column.day:
        return _is_day(value)
    return "\x00" not in value


def _is_day(text: str) -> bool:
    try:
        return parse_date(text) is not None
    except ValueError:
        return False


def _is_moment(text: str) -> bool:
    try:
        return parse_datetime(text) is not None
    except ValueError:
        return False

"""One page of a list from a cursor on: page 90 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from typing import Any, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)


def page_from(
    rows: QuerySet[M], columns: Sequence[str], after: str, size: int
) -> tuple[list[M], str]:
    """A page in the order of ``columns`` (``-name``: downwards; the last one unique), and the
    cursor of the next (empty: the last page)."""
    rows = rows.order_by(*columns)
    if (values := _read(after, len(columns))) is not None:
        rows = rows.filter(_beyond(columns, values))
    found = list(rows[: size + 1])
    if len(found) <= size:
        return found, ""
    last = found[size - 1]
    return found[:size], _write([_value(last, column.lstrip("-")) for column in columns])


def _beyond(columns: Sequence[str], values: Sequence[Any]) -> Q:
    """(a, b, c) beyond (x, y, z) in that order, spelt out."""
    found, equal = Q(), Q()
    for column, value in zip(columns, values, strict=True):
        name, way = (column[1:], "lt") if column.startswith("-") else (column, "gt")
        found |= equal & Q(**{f"{name}__{way}": value})
        equal &= Q(**{name: value})
    return found


def _value(row: Model, column: str) -> Any:
    value: Any = row
    for name in column.split("__"):
        value = getattr(value, name)
    return value


def _write(values: list[Any]) -> str:
    text = json.dumps(values, cls=DjangoJSONEncoder)
    return base64.urlsafe_b64encode(text.encode()).decode()


def _read(cursor: str, length: int) -> list[Any] | None:
    """The values of a cursor; None for none, or for one that nobody of ours wrote."""
    values: Any = None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor.encode())) if cursor else None
    except (ValueError, binascii.Error):
        return None
    if not isinstance(values, list) or len(values) != length or not isinstance(values[-1], int):
        return None
    return values if all(isinstance(value, str) for value in values[:-1]) else None

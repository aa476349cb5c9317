"""What stands in a cell of an exported list: a number, a day, a local moment, or text. Pure."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from django.utils import timezone

DAY, MOMENT = "DD/MM/YYYY", "DD/MM/YYYY HH:MM"
CELL_CHARACTERS = 32_767
"""The longest text that a spreadsheet opens."""
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML forbids."""

Plain = str | bool | int | float | Decimal | dt.date | None


def plain(value: object) -> Plain:
    """A value as cells know it: moments in local time without a zone, the rest as text."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, dt.datetime):
        local = timezone.localtime(value) if timezone.is_aware(value) else value
        return local.replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, dt.date):
        return value
    return UNPRINTABLE.sub("", str(value))


def readable(value: object) -> str:
    """The same as people write it: ``14/02/2025``, ``23/11/2026 10:04``, ``12,5``."""
    cell = plain(value)
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return f"{cell:%d/%m/%Y %H:%M}"
    if isinstance(cell, dt.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float | Decimal):
        return str(cell).replace(".", ",")
    return str(cell)

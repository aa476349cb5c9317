"""Columns of small counts (secret statistique): no hidden cell follows from the total. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from byod.rules.privacy import SMALLEST


def masked(values: Sequence[int]) -> list[int | None]:
    """The column as it may be shown beside its total: small counts hidden, and never one alone.

    One hidden cell is the total minus the others; so the next smallest is hidden with it. A column
    of zeros hides nothing in its total, and stays hidden itself.
    """
    told: list[int | None] = [n if n >= SMALLEST else None for n in values]
    if told.count(None) == 1 and len(values) > 1:
        shown = [place for place, n in enumerate(told) if n is not None]
        told[min(shown, key=lambda place: (values[place], place))] = None
    return told

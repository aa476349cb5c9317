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
    hidden = [n for n, shown in zip(values, told, strict=True) if shown is None]
    # alone, or all of them four: the total says it
    if hidden and (len(hidden) == 1 or sum(hidden) == (SMALLEST - 1) * len(hidden)):
        shown = [place for place, n in enumerate(told) if n is not None]
        if shown:
            told[min(shown, key=lambda place: (values[place], place))] = None
    return told

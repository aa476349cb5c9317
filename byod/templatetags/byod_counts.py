"""Counts of people as those may read them who read no names."""

from __future__ import annotations

from django import template

from byod.rules.privacy import FEWER, counted, counted_within

register = template.Library()


@register.filter
def fewer(value: int | None) -> str:
    """`{{ pupils|fewer }}` → 1 204, or « moins de 5 »; a dash where nothing is known."""
    if value is None:
        return "–"
    if counted(value) is None:
        return str(FEWER)
    return f"{value:,}".replace(",", "\u00a0")


@register.filter
def fewer_of(value: int, whole: int | None) -> str:
    """`{{ authorised|fewer_of:registered }}` → 174, « moins de 5 », or « presque tous »."""
    return fewer(value) if whole is None else counted_within(value, whole)

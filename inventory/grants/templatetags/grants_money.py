"""Amounts of the grants as people read them."""

from __future__ import annotations

from decimal import Decimal

from django import template

from inventory.grants.actions.rights.refusals import euros as told

register = template.Library()


@register.filter
def euros(value: Decimal | int | str | None) -> str:
    """`{{ right.available|euros }}` → 5 036 €; cents where there are some, a dash for nothing."""
    return "–" if value in (None, "") else told(Decimal(value or 0))


@register.filter
def signed(value: Decimal) -> str:
    """`{{ entry.amount|signed }}` → + 400 €, − 400 €."""
    sign = "−" if value < 0 else "+"
    return f"{sign}\u00a0{told(abs(value))}"


@register.filter
def per_cent(part: Decimal, whole: Decimal) -> int:
    """`{{ right.consumed|per_cent:right.granted }}`: rounded down, nothing of nothing is 0."""
    return int(part * 100 / whole) if whole else 0

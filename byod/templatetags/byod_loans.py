"""Filters of the pages of loans."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def named(names: Mapping[int, str], pk: int) -> str:
    """The name of a member, from those that the page was given; empty where it was given none."""
    return names.get(pk, "")

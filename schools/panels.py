"""Panels that other apps show on a page of the register, by URL name (settings)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise

PanelSetting = tuple[str, "str | Promise", str]
"""URL name, title, and the column: ``main`` or ``aside``."""


@dataclass(frozen=True)
class Panel:
    """A fragment that the page loads: its address, title, and the anchor of its tab."""

    url: str
    title: str | Promise
    anchor: str


def panels_of(settings: Iterable[PanelSetting], pk: int) -> tuple[list[Panel], list[Panel]]:
    """The wide panels and the side panels of one object; those without an address are left out."""
    found: dict[str, list[Panel]] = {"main": [], "aside": []}
    for name, title, column in settings:
        try:
            url = reverse(name, args=[pk])
        except NoReverseMatch:
            continue
        anchor = name.rpartition(":")[2].replace("_", "-")
        found[column].append(Panel(url, title, anchor))
    return found["main"], found["aside"]

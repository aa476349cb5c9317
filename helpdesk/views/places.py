"""Addresses of other apps' pages, left out while they do not exist."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse


def first_url(names: tuple[str, ...], *args: object) -> str:
    """The first of these names that resolves; empty when none does."""
    for name in names:
        try:
            return reverse(name, args=args)
        except NoReverseMatch:
            continue
    return ""


def site_url(pk: int) -> str:
    """The page of a site."""
    return first_url(("schools:site", "inventory:site", "supervision:site", "site"), pk)


def device_url(pk: int) -> str:
    """The page of a device."""
    return first_url(("inventory:device", "supervision:device", "device"), pk)

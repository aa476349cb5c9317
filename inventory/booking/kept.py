"""Devices that another app keeps for something else (``settings.DEVICES_KEPT``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.conf import settings
from django.utils.module_loading import import_string

Kept = Callable[[Iterable[int]], dict[int, str]]


def kept_devices() -> Kept:
    """Device → why it cannot be shared, for those that somebody keeps. A higher app knows."""
    told: list[Kept] = [import_string(name) for name in getattr(settings, "DEVICES_KEPT", ())]

    def ask(devices: Iterable[int]) -> dict[int, str]:
        keys = list(devices)
        found: dict[int, str] = {}
        for one in told if keys else ():
            found |= one(keys)
        return found

    return ask

"""The way to devices that pages and workers take; tests put another one in its place."""

from __future__ import annotations

from django.conf import settings
from django.utils.module_loading import import_string

from inventory.reach import Reach


def own_reach() -> Reach:
    """What ``settings.PUSH_REACH`` names, made anew."""
    made: Reach = import_string(settings.PUSH_REACH)()
    return made

"""The brake on guessing codes: wrong ones are counted by address, in the shared cache."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from schools.client_address import client_address

WINDOW_S = 15 * 60
"""For how long a wrong code counts."""


def guessed_wrong(request: HttpRequest) -> None:
    """Count a wrong code. ``add`` then ``incr``: two processes at once count two."""
    key = _key(request)
    if not cache.add(key, 1, WINDOW_S):
        try:
            cache.incr(key)
        except ValueError:  # it ended in between
            cache.add(key, 1, WINDOW_S)


def seconds_to_wait(request: HttpRequest) -> int:
    """How long until another code is looked at from this address; 0: now.

    A class types its codes behind one address: right codes are never counted.
    """
    if int(cache.get(_key(request), 0)) < settings.BYOD_CODE_TRIES:
        return 0
    return WINDOW_S - int(time.time()) % WINDOW_S


def _key(request: HttpRequest) -> str:
    """By address and quarter of an hour: a count ends with its quarter."""
    address = client_address(request.META, settings.TRUSTED_PROXIES) or "-"
    return f"byod-code:{address}:{int(time.time()) // WINDOW_S}"

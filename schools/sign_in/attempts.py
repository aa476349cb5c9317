"""Attempts at a password or a code: how long to wait, and letting somebody try again.

django-allauth counts them (ACCOUNT_RATE_LIMITS, ``login_failed``) in the shared cache, before it
looks at the password: two processes asked at once count two (ADR 017). Here is what it does not
say: how much time is left, and which key an administrator must clear.
"""

from __future__ import annotations

import time

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest

from schools.models import User

APP, ACTION = "allauth.account", "login_failed"


def password_key(email: str) -> str:
    """What the attempts at one account are counted under; the same on every host name."""
    return f"password:{email.strip().lower()}"


def code_key(person: User) -> str:
    """What allauth counts the wrong codes of one person under."""
    return f"mfa-auth-user-{person.pk}"


def seconds_left(request: HttpRequest, key: str, per: tuple[str, ...] = ("ip", "key")) -> int:
    """How long until one more attempt is let through; 0 when it would be now.

    ``per``: which counts are looked at, the address's, the account's or both.
    """
    left, now = 0.0, time.time()
    for rate in ratelimit.get_rates(app=APP, action=ACTION):
        if rate.per not in per:
            continue
        history: list[float] = cache.get(_name(request, rate, key), [])
        fresh = [at for at in history if at > now - rate.duration]
        if len(fresh) >= rate.amount:
            left = max(left, min(fresh) + rate.duration - now)
    return max(1, round(left)) if left > 0 else 0


def forget(request: HttpRequest, person: User) -> None:
    """Let this person try again now, password and codes."""
    for key in (password_key(person.email), code_key(person)):
        for rate in ratelimit.get_rates(app=APP, action=ACTION):
            if rate.per == "key":
                cache.delete(_name(request, rate, key))


def _name(request: HttpRequest, rate: ratelimit.Rate, key: str) -> str:
    return str(ratelimit.get_cache_key(request, app=APP, action=ACTION, rate=rate, key=key))

"""Brakes of the API, counted in each process: the shared cache would cost queries per request."""

from __future__ import annotations

from django.core.cache import caches
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle


class AnonymousBrake(AnonRateThrottle):
    """For programs without a token."""

    cache = caches["process"]


class UserBrake(UserRateThrottle):
    """For programs and pages of one person."""

    cache = caches["process"]

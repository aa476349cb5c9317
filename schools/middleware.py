"""Tells the journal from where each request comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.decorators import sync_and_async_middleware

from schools.client_address import client_address
from schools.models.audit import Door
from schools.origin import Origin, coming_from

Handler = Callable[[HttpRequest], Any]


@sync_and_async_middleware
def origin_middleware(get_response: Handler) -> Handler:
    """Set the origin for the time of the request, in both worlds: live pages are asynchronous."""
    if iscoroutinefunction(get_response):
        return _asynchronous(get_response)

    def synchronous(request: HttpRequest) -> HttpResponseBase:
        with coming_from(origin_of(request)):
            response: HttpResponseBase = get_response(request)
            return response

    return synchronous


def _asynchronous(get_response: Handler) -> Callable[[HttpRequest], Awaitable[HttpResponseBase]]:
    async def asynchronous(request: HttpRequest) -> HttpResponseBase:
        with coming_from(origin_of(request)):
            response: HttpResponseBase = await get_response(request)
            return response

    return asynchronous


def origin_of(request: HttpRequest) -> Origin:
    """A page or the administration; a token names itself when it is recognised."""
    settled = request.path_info.startswith(reverse("admin:index"))
    return Origin(
        door=Door.ADMIN if settled else Door.PAGE,
        address=client_address(request.META, settings.TRUSTED_PROXIES),
    )

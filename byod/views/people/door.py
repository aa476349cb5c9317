"""The door of pupils and guardians, who have no account: a cookie of its own, from a link.

A teacher who is signed in comes through it too, as the member that their account is.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, Literal, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache

from byod.actions.people.links import session_of
from byod.models.people.links import LinkPurpose, MemberSession
from byod.models.people.members import Member
from schools.models import User

P = ParamSpec("P")


AGREES_ALONE: Literal["agrees"] = "agrees"
"""A guardian who came by a letter: it opens their agreement, and no page of the child."""


class MemberRequest(HttpRequest):
    """A request that came through :func:`member_required`."""

    member: Member
    as_guardian: bool


MemberView = Callable[Concatenate[MemberRequest, P], HttpResponseBase]


def cookie_name() -> str:
    """Bound to this host where the site is served over TLS."""
    return "__Host-moi" if settings.SESSION_COOKIE_SECURE else "moi"


def member_required(
    view: MemberView[P],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """Give the view ``request.member`` and ``request.as_guardian``; else lead to the door.

    The page speaks the member's language, is never cached, and reads no name. Whoever came by a
    letter to a guardian is led to what that letter is for, and sees nothing else.
    """

    @never_cache
    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        found = who_is(request)
        if found is None:
            return HttpResponseRedirect(reverse("byod:mine_door"))
        if isinstance(found, str):
            return HttpResponseRedirect(reverse("byod:mine_family"))
        asked = cast(MemberRequest, request)
        asked.member, asked.as_guardian = found
        with translation.override(asked.member.language):
            return view(asked, *args, **kwargs)

    return inner


def session_in(request: HttpRequest) -> MemberSession | None:
    """The personal session of this browser."""
    secret = request.COOKIES.get(cookie_name(), "")
    return session_of(secret, timezone.now()) if secret else None


def who_is(request: HttpRequest) -> tuple[Member, bool] | Literal["agrees"] | None:
    """The member of this browser, and whether a guardian speaks for them."""
    session = session_in(request)
    if session is not None and session.link.purpose == LinkPurpose.AGREE:
        return AGREES_ALONE
    if session is not None:
        return session.link.member, session.link.as_guardian
    if isinstance(request.user, User):
        rows = Member.objects.present().filter(user=request.user)
        member = rows.select_related("site__school").order_by("pk").first()
        return (member, False) if member else None
    return None

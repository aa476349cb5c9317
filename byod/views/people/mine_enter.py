"""Come in by a personal link or by the code of a printed sheet, and leave."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from byod.actions.people.links import begin_session, end_session, link_of, link_of_code
from byod.rules.people.codes import typed_code
from byod.views.people.brake import guessed_wrong, seconds_to_wait
from byod.views.people.door import cookie_name


@never_cache
@require_GET
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """GET `/moi/entrer/<token>/`: a session, then `/moi/` without the token in the address.

    No brake: nobody guesses 192 bits, and one who types nonsense must not shut out a whole school.
    """
    link = link_of(token, timezone.now())
    if link is None:
        why = _("Ce lien n’est plus valable. Demandez-en un nouveau à l’école.")
        return _door(request, 404, why)
    return come_in(begin_session(link, timezone.now()))


@never_cache
@require_http_methods(["GET", "POST"])
def door(request: HttpRequest) -> HttpResponse:
    """GET and POST `/moi/entrer/`: the eight signs of the sheet that the school printed."""
    if request.method != "POST":
        return _door(request, 200)
    if seconds_to_wait(request):
        return _door(request, 429)
    code = typed_code(request.POST.get("code", ""))
    link = link_of_code(code, timezone.now()) if code else None
    if link is None:
        if code:
            guessed_wrong(request)
        return _door(request, 422, _wrong(code))
    return come_in(begin_session(link, timezone.now()))


def _wrong(code: str) -> str:
    if not code:
        return _(
            "Un code a huit signes, par exemple K7M2-9P4Q. Il n’a ni 0, ni O, ni 1, ni I, ni L."
        )
    return _("Ce code n’est pas connu, ou n’est plus valable. Relisez-le, ou demandez-en un autre.")


def _door(request: HttpRequest, status: int, why: str = "") -> HttpResponse:
    wait = seconds_to_wait(request)
    context = {
        "why": why,
        "typed": request.POST.get("code", "")[:20],
        "wait_minutes": -(-wait // 60),
    }
    return render(request, "byod/people/door.html", context, status=status)


def come_in(secret: str) -> HttpResponse:
    """To one's own page, with the cookie of a session that just began."""
    answer = HttpResponseRedirect(reverse("byod:mine"))
    answer.set_cookie(
        cookie_name(),
        secret,
        max_age=60 * settings.BYOD_SESSION_MINUTES,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return answer


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """POST `/moi/quitter/`: nobody who takes this telephone next comes in."""
    secret = request.COOKIES.get(cookie_name(), "")
    if secret:
        end_session(secret)
    answer = HttpResponseRedirect(reverse("byod:mine_door"))
    answer.delete_cookie(cookie_name(), samesite="Lax")
    return answer

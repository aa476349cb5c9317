"""Who comes in, and how an act on people is answered: the same for every page of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.dateparse import parse_date
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from schools.access import can_list_people, require_people
from schools.views.doors import user_of

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
UNDO = "people-undo"


def managers_only(view: View[P]) -> View[P]:
    """Sign-in, then 403 with the reason for whoever manages nobody."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        require_people(can_list_people(user_of(request)))
        return view(request, *args, **kwargs)

    return login_required(inner)


def found(action: Callable[[], Any]) -> Any:
    """Run an action; what the person does not see is a 404."""
    try:
        return action()
    except ObjectDoesNotExist:
        raise Http404 from None


def back_to(request: HttpRequest, default: str) -> str:
    """The page of ours that ``next`` names, else ``default``."""
    wanted = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return str(wanted)
    return default


def done(request: HttpRequest, text: str, url: str, undo: str = "") -> HttpResponse:
    """An act succeeded: a toast on the next page, with its undo where there is one."""
    if undo:
        request.session[UNDO] = [text, undo]
    else:
        messages.success(request, text)
    return HttpResponseRedirect(url)


def undo_of(request: HttpRequest) -> list[str] | None:
    """The text and address of the undo that this page shows once."""
    told = request.session.pop(UNDO, None)
    return told if isinstance(told, list) else None


def day_of(request: HttpRequest, name: str) -> dt.date | None:
    """A day that the form gave. Raises ValidationError for words that are none."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None:
        raise ValidationError({name: _("Écrivez une date, par exemple 2026-09-01.")})
    return day


def words_of(error: ValidationError) -> str:
    """What is wrong, as one sentence or several."""
    return " ".join(error.messages)

"""Who comes in, and how an action is answered: the same for every technician's page."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from helpdesk.models import Ticket
from schools.models import User

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def person(request: HttpRequest) -> User:
    """The signed-in person of a page that requires one."""
    return cast(User, request.user)


def technicians_only(view: View[P]) -> View[P]:
    """Sign-in, then 403 with the reason for anybody but a technician."""

    @wraps(view)
    def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not person(request).is_technician:
            if isinstance(ticket := kwargs.get("pk"), int):
                seen_ticket(request, ticket)  # unseen is 404 before it is 403
            raise PermissionDenied(_("Cette page est celle du helpdesk et des techniciens."))
        return view(request, *args, **kwargs)

    return login_required(inner)


def seen_ticket(request: HttpRequest, pk: int) -> Ticket:
    """The ticket, or 404 when the person does not see it."""
    seen = Ticket.objects.visible_to(person(request)).select_related(
        "site__school__authority",
        "assignee",
        "device__product",
        "device__room",
        "room",
        "opened_by",
    )
    return get_object_or_404(seen, pk=pk)


def is_htmx(request: HttpRequest) -> bool:
    """Whether htmx asks: it wants a fragment or a header, not a redirection."""
    return request.headers.get("HX-Request") == "true"


def back_to(request: HttpRequest, default: str) -> str:
    """The page the form names in ``next``, if it is ours; else ``default``."""
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return wanted
    return default


def done(request: HttpRequest, text: str, url: str, undo: str = "") -> HttpResponse:
    """An action succeeded: a toast (with its undo) for htmx, a redirection otherwise."""
    if is_htmx(request):
        toast: dict[str, Any] = {"text": text, "undo": undo}
        told = {"toast": toast, "resync": {}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(told)})
    messages.success(request, text)
    return HttpResponseRedirect(url)


def refused(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    """The rules refuse: htmx shows the reason beside the page, a plain form gets the 403 page."""
    if not is_htmx(request):
        raise error
    toast = {"text": str(error), "error": True}
    # 204, not 403: htmx would announce a failure of the machine next to the reason.
    return HttpResponse(status=204, headers={"HX-Trigger": json.dumps({"toast": toast})})


def found(action: Callable[[], Any]) -> Any:
    """Run an action; what the person does not see is a 404."""
    try:
        return action()
    except Ticket.DoesNotExist:
        raise Http404 from None

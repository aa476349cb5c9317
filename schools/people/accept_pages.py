"""What opens from the link of an invitation. Every answer costs one look-up by digest."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from schools.actions.accept_invitation import (
    OPEN,
    AnotherPerson,
    InvitationClosed,
    accept_invitation,
    account_of,
    find_invitation,
    has_account,
    open_invitation,
    state_for_guest,
)
from schools.invitation_links import digest_of
from schools.models import Invitation, User
from schools.people.forms import NewAccountForm
from schools.people.role_words import opens_words
from schools.people.sign_in import finish_invitation
from schools.sign_in.invitation import offer_provider

GONE, UNKNOWN = 410, 404


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET and POST `/invitation/<token>/`: what the role opens, then an account or a yes."""
    invitation = find_invitation(token)
    if invitation is None:
        return _closed(request, None, UNKNOWN)
    with translation.override(_language(request, invitation)):
        state = state_for_guest(invitation, timezone.now())
        if state not in OPEN:
            return _closed(request, invitation, GONE, state.value)
        open_invitation(invitation)
        return _answer(request, token, invitation)


def _language(request: HttpRequest, invitation: Invitation) -> str:
    """That of the message, unless the reader chose another one in the form."""
    wanted = request.POST.get("language", "")
    return wanted if wanted in ("fr", "de", "en") else invitation.language


def _answer(request: HttpRequest, token: str, invitation: Invitation) -> HttpResponse:
    known = account_of(invitation)
    signed_in = request.user if isinstance(request.user, User) else None
    context: dict[str, Any] = {
        "invitation": invitation,
        "opens": opens_words(invitation.kind),
        "needs_sign_in": False,
        "wrong_person": False,
    }
    if known is not None and not known.is_active:
        return _closed(request, invitation, GONE, "closed-account")
    if known is not None and has_account(known):
        context["wrong_person"] = signed_in is not None and signed_in.pk != known.pk
        context["needs_sign_in"] = signed_in is None
        if request.method == "POST" and signed_in is not None and signed_in.pk == known.pk:
            return _accept(request, token, signed_in, None)
        return render(request, "schools/people/accept.html", context)
    if signed_in is not None:
        # a colleague's machine: the account that begins is not that of who sits signed in here
        return render(request, "schools/people/accept.html", context | {"wrong_person": True})
    form = NewAccountForm(invitation, request.POST or None)
    if form.is_valid():
        return _accept(request, token, None, form)
    context |= {"form": form, "provider": offer_provider(request, token)}
    return render(request, "schools/people/accept.html", context)


def _accept(
    request: HttpRequest, token: str, signed_in: User | None, form: NewAccountForm | None
) -> HttpResponse:
    try:
        person = accept_invitation(
            digest_of(token), signed_in=signed_in, account=form.account if form else None
        )
    except InvitationClosed as closed:
        return _closed(request, find_invitation(token), GONE, closed.state.value)
    except (Invitation.DoesNotExist, AnotherPerson):
        return _closed(request, None, UNKNOWN)
    return finish_invitation(request, person)


def _closed(
    request: HttpRequest, invitation: Invitation | None, status: int, why: str = "unknown"
) -> HttpResponse:
    context = {"invitation": invitation, "why": why}
    return render(request, "schools/people/accept_closed.html", context, status=status)

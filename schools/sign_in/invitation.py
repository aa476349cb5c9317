"""Finishing an invitation: the one place where an account begins to be used.

Registration is closed. Whoever invites a person (a page, a command) makes the :class:`User` without
a password, sends them a link of its own, and answers that link with :func:`welcome`::

    def accept(request, key):
        invitation = get_object_or_404(Invitation.objects.open(), key=key)
        return welcome(request, invitation.person, invitation.mark_used)

The rest happens here: name and password by the rules of the house, or the identity provider where
one is set up; then signed in, in the person's language, and led to a second factor if one of the
person's roles demands it (``schools/sign_in/middleware.py``).
"""

from __future__ import annotations

from collections.abc import Callable

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from schools.actions.accept_invitation import accept_invitation
from schools.models import User

INVITED = "preau_invited"
"""In the session: whom the invitation in this browser is for."""


def welcome(request: HttpRequest, person: User, used: Callable[[], None]) -> HttpResponse:
    """Answer the link of an invitation: the form, or the person signed in.

    ``used`` marks the invitation as used; it runs in the transaction that sets the password, and
    may raise to refuse. Through the provider nothing calls it: an invitation of somebody whose
    ``last_login`` is set is over.
    """
    # both need allauth's adapters, whose settings lead here
    from schools.sign_in.forms import InvitationForm  # noqa: PLC0415
    from schools.sign_in.security import provider_door  # noqa: PLC0415

    form = InvitationForm(person, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        person = accept_invitation(person, told["full_name"], told["password1"], used)
        request.session.pop(INVITED, None)
        record_authentication(request, person, method="password", email=person.email)
        answer: HttpResponse = perform_login(request, Login(user=person, email=person.email))
        return answer
    request.session[INVITED] = person.pk
    context = {"form": form, "person": person, "provider": provider_door(request)}
    return render(request, "auth/invitation.html", context)


def invited_person(request: HttpRequest) -> User | None:
    """Whom the invitation opened in this browser is for; their identity may be linked to them."""
    key = request.session.get(INVITED)
    return User.objects.filter(pk=key, is_active=True).first() if key else None

"""The page of a person: roles, invitations, and what may be done with the account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from schools.access import (
    can_change_dates,
    can_close_account,
    can_correct_phone,
    can_end,
    can_erase,
    can_list_people,
    can_reopen_account,
    invitations_for,
    kinds_given_by,
    people_for,
    reads_address,
    require_people,
)
from schools.actions.change_account import (
    close_account,
    correct_phone,
    erase_person,
    reopen_account,
)
from schools.gaps import gaps_of, told
from schools.models import Invitation, Role, User
from schools.models.position import PLACES
from schools.people.doors import done, found, undo_of
from schools.people.forms import PhoneForm, WhyForm
from schools.people.listing import (
    ICONS,
    MARKS,
    STATES,
    people_seen,
    roles_by_person,
    state_of,
)
from schools.people.role_pages import attempt
from schools.people.role_words import opens_words
from schools.views.doors import user_of


@require_GET
@login_required
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/personnes/<id>/`."""
    user, today = user_of(request), timezone.localdate()
    if pk == user.pk:
        return redirect("schools:account")
    here = get_object_or_404(people_seen(user, today), pk=pk)  # unseen is 404 before it is 403
    require_people(can_list_people(user))
    roles = roles_by_person(user, [here], None).get(here.pk, [])
    state = state_of(here)
    may_read = reads_address(user, here)
    context = {
        "menu": "people",
        "crumbs": [(_("Personnes"), reverse("schools:people")), (here.full_name, None)],
        "here": here,
        "state": MARKS.get(state, "unknown"),
        "icon": ICONS.get(state, "lock"),
        "word": STATES[state],
        "may_read": may_read,
        "now": [_role_row(user, role) for role in roles if _not_over(role, today)],
        "past": [role for role in roles if not _not_over(role, today)],
        "today": today,
        "invitations": _invitations(user, here) if may_read else [],
        "phone_form": PhoneForm(initial={"phone": here.phone}),
        "may_phone": can_correct_phone(user, here),
        "may_give": here.is_active and bool(kinds_given_by(user)),
        "may_close": can_close_account(user, here),
        "may_reopen": can_reopen_account(user, here),
        "may_erase": can_erase(user, here),
        "undo": undo_of(request),
    }
    return render(request, "schools/people/person.html", context)


def _not_over(role: Role, today: Any) -> bool:
    return role.to_on is None or role.to_on >= today


def _role_row(user: User, role: Role) -> dict[str, Any]:
    return {
        "role": role,
        "opens": opens_words(role.kind),
        "may_end": can_end(user, role),
        "may_move": can_change_dates(user, role),
    }


def _invitations(user: User, here: User) -> list[tuple[Invitation, Any]]:
    rows = invitations_for(user).filter(email=here.email).select_related("invited_by", *PLACES)
    now = timezone.now()
    return [(row, row.state_at(now)) for row in rows[:20]]


@require_POST
@login_required
def phone(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/personnes/<id>/telephone/`."""
    form = PhoneForm(request.POST)
    if form.is_valid():
        found(lambda: correct_phone(user_of(request), pk, form.cleaned_data["phone"]))
    return done(request, _("Le numéro est corrigé."), reverse("schools:person", args=[pk]))


@require_http_methods(["GET", "POST"])
@login_required
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/personnes/<id>/fermer/`: the account, one's own included."""
    user = user_of(request)
    here = _somebody(request, pk)
    require_people(can_close_account(user, here))
    form = WhyForm(request.POST or None)
    gaps = gaps_of(here, timezone.localdate()) if not form.is_bound else []
    if form.is_valid():
        why, read = form.cleaned_data["why"], request.POST.get("read", "")
        closed, gaps = attempt(form, lambda: close_account(user, pk, why=why, read=read))  # type: ignore[assignment]
        if closed:
            own = here.pk == user.pk
            where = reverse("sign-in") if own else reverse("schools:person", args=[pk])
            return done(request, _("Le compte est fermé."), where)
    return _account_act(
        request,
        here,
        form,
        gaps=gaps,
        read=told(gaps),
        title=_("Fermer le compte"),
        text=_(
            "La personne ne se connecte plus et ne compte plus comme personne de contact. Ses "
            "rôles et ce qu’elle a écrit restent ; le SPW peut rouvrir le compte."
        ),
    )


@require_POST
@login_required
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/personnes/<id>/rouvrir/`."""
    found(lambda: reopen_account(user_of(request), pk))
    return done(request, _("Le compte est rouvert."), reverse("schools:person", args=[pk]))


@require_http_methods(["GET", "POST"])
@login_required
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/personnes/<id>/effacer/`: for ever, at the person's request (ADR 027)."""
    user, here = user_of(request), _somebody(request, pk)
    require_people(can_erase(user, here))
    form = WhyForm(request.POST or None)
    if form.is_valid():
        found(lambda: erase_person(user, pk, why=form.cleaned_data["why"]))
        return done(request, _("La personne est effacée."), reverse("schools:people"))
    gaps = gaps_of(here, timezone.localdate())
    return _account_act(
        request,
        here,
        form,
        gaps=gaps,
        title=_("Effacer la personne"),
        text=_(
            "Nom, adresse et téléphone sont remplacés par un pseudonyme, partout sauf dans le "
            "journal et sous les accords signés. Ses rôles finissent aujourd’hui. Rien ne le "
            "rétablit."
        ),
    )


def _somebody(request: HttpRequest, pk: int) -> User:
    return get_object_or_404(people_for(user_of(request)).known(), pk=pk)


def _account_act(request: HttpRequest, here: User, form: forms.Form, **words: Any) -> HttpResponse:
    own = here.pk == user_of(request).pk
    back = reverse("schools:account") if own else reverse("schools:person", args=[here.pk])
    context = {
        "here": here,
        "form": form,
        "back": back,
        "crumbs": [(here.full_name, back), (words["title"], None)],
        **words,
    }
    return render(request, "schools/people/account_act.html", context)

"""What is done with one role: end it, hand it over, move its days, take an ending back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from schools.access import can_change_dates, can_end, people_for, require_people, roles_for
from schools.actions.end_role import ConsequenceUntold, change_role_dates, end_role, undo_end_role
from schools.actions.substitute_person import substitute_person
from schools.gaps import Gap, gap_of, told
from schools.models import Role, User
from schools.models.people import UserQuerySet
from schools.models.position import PLACES
from schools.people.doors import back_to, done, found
from schools.people.forms import DatesForm, EndForm, SubstituteForm
from schools.views.doors import user_of


def _role(request: HttpRequest, pk: int) -> Role:
    seen = roles_for(user_of(request)).select_related("user", *PLACES)
    return get_object_or_404(seen, pk=pk)


def home_of(role: Role, user: User) -> str:
    """The page that an act on this role returns to: its school's, else its person's."""
    school = role.school or (role.site.school if role.site else None)
    if role.user_id == user.pk:
        return reverse("schools:account")
    if school is not None:
        return reverse("schools:access", args=[school.pk])
    return reverse("schools:person", args=[role.user_id])


def _page(
    request: HttpRequest, role: Role, form: forms.Form, gaps: Sequence[Gap], **words: Any
) -> HttpResponse:
    back = back_to(request, home_of(role, user_of(request)))
    context = {
        "role": role,
        "form": form,
        "gaps": gaps,
        "read": told(gaps),
        "back": back,
        "crumbs": [(_("Personnes"), None), (role.user.full_name, back), (words["title"], None)],
        **words,
    }
    return render(request, "schools/people/role_act.html", context)


def attempt(form: forms.Form, act: Callable[[], Any]) -> tuple[Any, Sequence[Gap]]:
    """Run an action for a valid form: its result, or the errors on the form and what is untold."""
    try:
        return act(), ()
    except ConsequenceUntold as untold:
        return None, untold.gaps
    except ValidationError as error:
        for name, errors in _by_field(error, form).items():
            for one in errors:
                form.add_error(name, one)
        return None, ()


def _by_field(error: ValidationError, form: forms.Form) -> dict[str | None, list[str]]:
    if not hasattr(error, "error_dict"):
        return {None: error.messages}
    return {
        (name if name in form.fields else None): list(messages)
        for name, messages in error.message_dict.items()
    }


@require_http_methods(["GET", "POST"])
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/roles/<id>/fin/`: the last day, the reason, and what follows from it."""
    user, role = user_of(request), _role(request, pk)
    require_people(can_end(user, role))
    form = EndForm(request.POST or None)
    gap = gap_of(role, max(timezone.localdate(), role.from_on))
    gaps: Sequence[Gap] = [gap] if gap and not form.is_bound else []
    if form.is_valid():
        told_day = form.cleaned_data["last_on"]
        ended, gaps = attempt(
            form,
            lambda: found(
                lambda: end_role(
                    user,
                    pk,
                    last_on=told_day,
                    why=form.cleaned_data["why"],
                    read=request.POST.get("read", ""),
                )
            ),
        )
        if ended:
            text = _("Le rôle de %(name)s finit le %(day)s.") % {
                "name": role.user,
                "day": told_day.strftime("%d/%m/%Y"),
            }
            undo = reverse("schools:undo_end", args=[pk]) if ended.pk else ""
            return done(request, text, back_to(request, home_of(role, user)), undo)
    return _page(
        request,
        role,
        form,
        gaps,
        title=_("Mettre fin au rôle"),
        button=_("Mettre fin"),
        danger=True,
    )


@require_POST
@login_required
def undo_end(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `/roles/<id>/retablir/`: the eight seconds after an ending."""
    role = found(lambda: undo_end_role(user_of(request), pk))
    return done(
        request,
        _("%(name)s garde son rôle.") % {"name": role.user},
        back_to(request, home_of(role, user_of(request))),
    )


@require_http_methods(["GET", "POST"])
@login_required
def dates(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/roles/<id>/dates/`."""
    user, role = user_of(request), _role(request, pk)
    require_people(can_change_dates(user, role))
    first = {"from_on": role.from_on, "to_on": role.to_on}
    form = DatesForm(request.POST or None, initial=first)
    gaps: Sequence[Gap] = []
    if form.is_valid():
        from_on, to_on = form.days
        read = request.POST.get("read", "")
        moved, gaps = attempt(
            form,
            lambda: found(
                lambda: change_role_dates(user, pk, from_on=from_on, to_on=to_on, read=read)
            ),
        )
        if moved:
            return done(request, _("C’est enregistré."), back_to(request, home_of(role, user)))
    return _page(request, role, form, gaps, title=_("Changer les dates"), button=_("Enregistrer"))


def _candidates(user: User, role: Role) -> UserQuerySet:
    """Open accounts that the reader sees at the same school, but for the person and oneself."""
    school = role.school or (role.site.school if role.site else None)
    at = roles_for(user).not_over(timezone.localdate())
    if school is not None:
        at = at.filter(school=school) | at.filter(site__school=school)
    else:
        at = at.filter(authority=role.authority) if role.authority else at.none()
    people = people_for(user).filter(pk__in=at.values("user"), is_active=True)
    return people.exclude(pk__in=[user.pk, role.user_id]).order_by("full_name")


@require_http_methods(["GET", "POST"])
@login_required
def substitute(request: HttpRequest, pk: int) -> HttpResponse:
    """GET and POST `/roles/<id>/remplacer/`: one ends and another begins, in one act."""
    user, role = user_of(request), _role(request, pk)
    require_people(can_change_dates(user, role))
    form = SubstituteForm(request.POST or None)
    form.fields["known"].queryset = _candidates(user, role)  # type: ignore[attr-defined]
    gaps: Sequence[Gap] = []
    if form.is_valid():
        told_of = form.cleaned_data
        made, gaps = attempt(
            form,
            lambda: found(
                lambda: substitute_person(
                    user,
                    pk,
                    new=form.new,
                    on=told_of["on"],
                    why=told_of["why"],
                    read=request.POST.get("read", ""),
                )
            ),
        )
        if made:
            return done(request, _handed(role, made, told_of), home_of(role, user))
    return _page(
        request,
        role,
        form,
        gaps,
        title=_("Remplacer %(name)s") % {"name": role.user},
        button=_("Remplacer"),
    )


def _handed(role: Role, made: object, told_of: dict[str, Any]) -> str:
    day = told_of["on"].strftime("%d/%m/%Y")
    if isinstance(made, Role):
        return _("%(new)s reprend le rôle de %(old)s le %(day)s.") % {
            "new": made.user,
            "old": role.user,
            "day": day,
        }
    return _("%(new)s est invité à reprendre le rôle de %(old)s le %(day)s.") % {
        "new": told_of["full_name"],
        "old": role.user,
        "day": day,
    }

"""Contacts and access of a school: who is who, who comes, who goes, and what is missing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from schools.access import (
    can_change_dates,
    can_end,
    can_grant,
    can_list_people,
    reads_address,
    require_people,
)
from schools.gaps import gap_of
from schools.keyset import KEY, Column, page_of
from schools.models import Invitation, Post, Role, RoleKind, School, User
from schools.models.position import PLACES
from schools.models.scope import scope_of
from schools.people.doors import managers_only, undo_of
from schools.people.invitation_pages import mark_of
from schools.people.listing import PAGE
from schools.views.doors import user_of

SOON_DAYS = 60
"""A role that ends within this is told of in advance."""


@require_GET
@managers_only
def accesses(request: HttpRequest) -> HttpResponse:
    """GET `/ecoles/acces/`: the own school, or the schools to choose from."""
    user, today = user_of(request), timezone.localdate()
    schools = School.objects.visible_to(user).open().select_related("authority")
    if len(only := list(schools[:2])) == 1:
        return redirect("schools:access", pk=only[0].pk)
    for word in request.GET.get("q", "").split()[:6]:
        schools = schools.filter(Q(name__unaccent__icontains=word) | Q(number=word))
    rows, after = page_of(schools, (Column("name"), KEY), request.GET.get("apres", ""), PAGE)
    bare = School.objects.filter(pk__in=[row.pk for row in rows]).without_contact(today)
    missing = set(bare.values_list("pk", flat=True))
    context = {
        "menu": "accesses",
        "crumbs": [(_("Contacts et accès"), None)],
        "rows": [(row, row.pk in missing) for row in rows],
        "after": after,
        "total": schools.count(),
        "query": request.GET.get("q", ""),
        "colleagues": _colleagues(user, today),
    }
    return render(request, "schools/people/accesses.html", context)


def _colleagues(user: User, today: dt.date) -> list[dict[str, Any]]:
    """Who speaks for the person's own authorities."""
    own = scope_of(user, frozenset({RoleKind.AUTHORITY.value})).authorities
    if not own:
        return []
    roles = Role.objects.visible_to(user).not_over(today).filter(authority__in=own)
    rows = roles.select_related("user", *PLACES).order_by("authority", "user__full_name")
    return [_role_row(user, role, today) for role in rows[:PAGE]]


@require_GET
@login_required
def access(request: HttpRequest, pk: int) -> HttpResponse:
    """GET `/ecoles/<id>/acces/`: unseen 404; a contact person is told whose page it is."""
    user, today = user_of(request), timezone.localdate()
    schools = School.objects.visible_to(user).select_related("authority")
    school = get_object_or_404(schools, pk=pk)
    require_people(can_list_people(user))
    roles = _roles(user, school)
    current = [role for role in roles if role.to_on is None or role.to_on >= today]
    invitations = _invitations(user, school)
    context = {
        "menu": "accesses",
        "crumbs": [
            (_("Contacts et accès"), reverse("schools:accesses")),
            (school.name, None),
        ],
        "school": school,
        "groups": _groups(user, school, current, today),
        "warnings": warnings_of(school, current, today),
        "invitations": [mark_of(row) | {"may": can_grant(user, row.post)} for row in invitations],
        "past": [role for role in roles if role not in current][:PAGE],
        "undo": undo_of(request),
    }
    return render(request, "schools/people/access.html", context)


def _roles(user: User, school: School) -> list[Role]:
    at = Q(school=school) | Q(site__school=school)
    rows = Role.objects.visible_to(user).filter(at).select_related("user", *PLACES)
    reached = User.objects.get_queryset().with_reach(user)
    found = list(rows.order_by("from_on", "pk"))
    people = {one.pk: one for one in reached.filter(pk__in=[role.user_id for role in found])}
    for role in found:
        role.user = people[role.user_id]
    return found


def _invitations(user: User, school: School) -> list[Invitation]:
    at = Q(school=school) | Q(site__school=school)
    rows = Invitation.objects.visible_to(user).open().filter(at)
    return list(rows.select_related("invited_by", *PLACES)[:PAGE])


def _groups(
    user: User, school: School, current: list[Role], today: dt.date
) -> list[dict[str, Any]]:
    """Heads, then contact people; each with whether the reader may invite one."""
    found = []
    for kind, title, none in (
        (RoleKind.HEAD, _("Direction"), _("Aucune direction n’a d’accès.")),
        (RoleKind.CONTACT, _("Personnes de contact"), _("Aucune personne de contact.")),
    ):
        found.append(
            {
                "kind": kind.value,
                "title": title,
                "none": none,
                "rows": [_role_row(user, role, today) for role in current if role.kind == kind],
                "may_invite": can_grant(user, Post(kind.value, school=school)),
            }
        )
    return found


def _role_row(user: User, role: Role, today: dt.date) -> dict[str, Any]:
    may_move = can_change_dates(user, role)
    return {
        "role": role,
        "person": role.user,
        "own": role.user_id == user.pk,
        "address": role.user.email if reads_address(user, role.user) else "",
        "coming": role.from_on > today,
        "signed_in": role.user.last_login is not None,
        "may_end": can_end(user, role),
        "may_move": may_move,
    }


def warnings_of(school: School, current: list[Role], today: dt.date) -> list[tuple[str, str]]:
    """What is missing now, or will be: (state, sentence), the worst first."""
    found: list[tuple[str, str]] = []
    bare = School.objects.filter(pk=school.pk).without_contact(today).exists()
    if bare:
        found.append(
            (
                "down",
                _(
                    "Personne de contact : il n’y en a pas pour toute l’école. En cas de panne, le "
                    "helpdesk ne sait pas qui appeler. Invitez un enseignant."
                ),
            )
        )
    for role in current:
        if role.to_on is None or role.kind not in (RoleKind.CONTACT, RoleKind.HEAD):
            continue
        if warning := _ending(role, today):
            found.append(warning)
    return found


def _ending(role: Role, today: dt.date) -> tuple[str, str] | None:
    assert role.to_on is not None
    told = {
        "name": role.user.full_name,
        "kind": role.post.kind_word,
        "day": role.to_on.strftime("%d/%m/%Y"),
        "place": role.where,
    }
    without = Role(pk=role.pk, user=role.user, from_on=role.from_on, **role.post.fields)
    if gap_of(without, role.to_on + dt.timedelta(days=1)):
        text = _(
            "%(name)s quitte son rôle (%(kind)s, %(place)s) le %(day)s, et personne ne prend la "
            "suite. Prévoyez un remplaçant."
        )
        return "degraded", text % told
    if role.to_on <= today + dt.timedelta(days=SOON_DAYS):
        text = _("Le rôle de %(name)s (%(kind)s) finit le %(day)s.")
        return "suspect", text % told
    return None

"""Whom a person may find: those who hold a function at a place they see."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, Q, QuerySet

from schools.models import Role, RoleKind, School, Site, User
from schools.models.scope import scope_of

READS_ADDRESSES = frozenset(
    {
        RoleKind.CENTRAL_TECHNICIAN,
        RoleKind.LOCAL_TECHNICIAN,
        RoleKind.OFFICER,
        RoleKind.AUTHORITY,
        RoleKind.HEAD,
    }
)
"""Kinds of person who write to others because it is their work; a contact reads names alone."""


def people_seen(user: User, today: dt.date) -> QuerySet[User]:
    """Active people with a function in force within the reader's scope."""
    scope = scope_of(user)
    people = User.objects.filter(is_active=True)
    if scope.region:
        return people
    roles = Role.objects.live(today).filter(
        Q(school__in=School.objects.visible_to(user).values("pk"))
        | Q(site__in=Site.objects.visible_to(user).values("pk"))
        | Q(authority__in=scope.authorities)
    )
    return people.filter(Exists(roles.filter(user=OuterRef("pk"))))


def reads_addresses(user: User) -> bool:
    """May this person see, and search by, the e-mail address of those they find?"""
    return bool(user.role_kinds & READS_ADDRESSES)

"""Whom a person may find: those who hold a function at a place they see."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef, QuerySet

from schools.models import Role, RoleKind, User

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
    """Active people of the reader's scope who hold a function there today."""
    held = Role.objects.visible_to(user).live(today).filter(user=OuterRef("pk"))
    return User.objects.visible_to(user).filter(Exists(held), is_active=True)


def reads_addresses(user: User) -> bool:
    """May this person see, and search by, the e-mail address of those they find?"""
    return bool(user.role_kinds & READS_ADDRESSES)

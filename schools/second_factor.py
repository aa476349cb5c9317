"""Whose password alone is not enough: roles that must have a second factor (ADR 016)."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings

from schools.models import RoleKind, User

STAFF = "staff"
"""In SECOND_FACTOR_ROLES: whoever opens the administration pages."""
STAFF_KINDS = frozenset(
    {
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
        RoleKind.OFFICER.value,
    }
)
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What proves a second time who one is; recovery codes only replace a lost one."""


def is_staff_member(person: User) -> bool:
    """Technicians, officers and administrators: they see more, so their sessions are shorter."""
    return person.is_staff or person.is_superuser or bool(person.role_kinds & STAFF_KINDS)


def must_have_factor(person: User) -> bool:
    """Whether the settings demand a second factor of this person."""
    wanted = frozenset(settings.SECOND_FACTOR_ROLES)
    if STAFF in wanted and (person.is_staff or person.is_superuser):
        return True
    return bool(wanted) and bool(person.role_kinds & wanted)


def has_factor(person: User) -> bool:
    """Whether the person enrolled a code application or a key."""
    return bool(Authenticator.objects.filter(user=person, type__in=FACTORS).exists())

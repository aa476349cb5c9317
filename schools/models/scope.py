"""Visibility in the query: one place turns a person's roles into a filter on sites."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from schools.rules import Scope

if TYPE_CHECKING:
    from schools.models.people import User


def scope_of(user: User | AnonymousUser, kinds: frozenset[str] | None = None) -> Scope:
    """The part of the Region ``user`` may see, by the roles of ``kinds`` (all when None)."""
    if not user.is_authenticated or not user.is_active:
        return Scope()
    return user.scope(kinds)  # type: ignore[union-attr,unused-ignore]


def sites_q(scope: Scope, path: str = "") -> Q:
    """A filter for rows whose site stands at ``path`` (``""``: the row is the site itself)."""
    if scope.region:
        return Q()
    prefix = f"{path}__" if path else ""
    none = Q(pk__in=[])
    found = none
    if scope.provinces:
        found |= Q(**{f"{prefix}province__in": scope.provinces})
    if scope.authorities:
        found |= Q(**{f"{prefix}school__authority__in": scope.authorities})
    if scope.schools:
        found |= Q(**{f"{prefix}school__in": scope.schools})
    if scope.sites:
        found |= Q(**{f"{prefix}pk__in": scope.sites})
    return found

"""Which files a person may read beyond their roles, and which never.

A conflict of interest is read from the register and from declarations at every question, never
from a table that could be stale: a role given this morning hides the file at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from inventory.grants.rules.review.ties import PostFacts, Ties, ties_of
from schools.models import Role, RoleKind, User
from schools.models.scope import scope_of, sites_q

Rows = TypeVar("Rows", bound="models.QuerySet[Any]")
JUDGES = frozenset({RoleKind.OFFICER.value, RoleKind.REVIEWER.value})
OWN_FILE = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})


def without_conflicts(queryset: Rows, user: User | AnonymousUser) -> Rows:
    """Those of these applications in which the person has no conflict of interest.

    It binds who judges: a head or a PO keeps reading the file that is their own.
    """
    if not isinstance(user, User) or not user.role_kinds & JUDGES:
        return queryset
    own = sites_q(scope_of(user, OWN_FILE), "site")
    return queryset.exclude(conflict_q(user) & ~own)


def conflict_q(user: User) -> Q:
    """The applications with which the person has a tie, whatever it is."""
    ties = ties_of_user(user)
    link = apps.get_model("grants", "DeclaredLink")
    declared = link._default_manager.filter(
        appointment__user=user.pk,
        appointment__call=OuterRef("call"),
        school=OuterRef("site__school"),
    )
    return (
        Q(site__school__in=ties.schools | ties.past_schools)
        | Q(site__school__authority__in=ties.authorities | ties.past_authorities)
        | Q(site__municipality__in=ties.municipalities)
        | Q(Exists(declared))
    )


def ties_of_user(user: User) -> Ties:
    """What the register and the appointments know of a person; read once per request."""
    today = timezone.localdate()
    kept = getattr(user, "_ties_kept", None)
    if kept is None or kept[0] != today:
        kept = (today, _read_ties(user, today))
        user._ties_kept = kept  # type: ignore[attr-defined]
    known: Ties = kept[1]
    return known


def _read_ties(user: User, today: dt.date) -> Ties:
    rows = Role.objects.filter(user=user.pk, region=False).values(
        "pk",
        "from_on",
        "to_on",
        "authority_id",
        "school_id",
        "school__authority_id",
        "school__sites__municipality_id",
        "site__school_id",
        "site__school__authority_id",
        "site__municipality_id",
    )
    posts = [
        PostFacts(
            from_on=row["from_on"],
            to_on=row["to_on"],
            authority=row["authority_id"]
            or row["school__authority_id"]
            or row["site__school__authority_id"],
            school=row["school_id"] or row["site__school_id"],
            municipalities=frozenset(
                str(town)
                for town in (row["school__sites__municipality_id"], row["site__municipality_id"])
                if town is not None
            ),
        )
        for row in rows
    ]
    appointment = apps.get_model("grants", "Appointment")
    towns = appointment._default_manager.filter(user=user.pk, workplace__isnull=False)
    return ties_of(posts, [str(key) for key in towns.values_list("workplace", flat=True)], today)


def given_to_review(user: User | AnonymousUser) -> Q:
    """The applications that the person was given to judge, once their links are declared."""
    if not isinstance(user, User) or not user.role_kinds & JUDGES:
        return Q(pk__in=[])
    assignment = apps.get_model("grants", "Assignment")
    given = assignment._default_manager.filter(
        application=OuterRef("pk"),
        ended_at=None,
        appointment__user=user.pk,
        appointment__ended_at=None,
        appointment__declared_at__isnull=False,
    )
    return Q(Exists(given))

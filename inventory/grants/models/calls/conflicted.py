"""Which files a person may read beyond their roles, and which never: the review fills both."""

from __future__ import annotations

from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from schools.models import User

Rows = TypeVar("Rows", bound="models.QuerySet[models.Model]")


def without_conflicts(queryset: Rows, user: User | AnonymousUser) -> Rows:
    """Those of these applications in which the person has no conflict of interest."""
    return queryset


def given_to_review(user: User | AnonymousUser) -> Q:
    """The applications that the person was given to judge."""
    return Q(pk__in=[])

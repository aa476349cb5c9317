"""What a school writes version by version: a plan, a strategy (texte versionné).

Both keep the form of questions they were written with, and count how often an answer was written.
"""

from __future__ import annotations

from typing import ClassVar, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import School
from schools.models.position import RoleKind
from schools.models.scope import scope_of

OFFICERS = frozenset({RoleKind.OFFICER.value})
DRAFT = "draft"
V = TypeVar("V", bound=models.Model)


class WrittenQuerySet(models.QuerySet[V]):
    """``writers``: roles that read it from its first draft on. ``public``: states for everybody."""

    writers: ClassVar[frozenset[str]] = frozenset()
    public: ClassVar[tuple[str, ...]] = ()

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The school and its PO see all; officers what was submitted; others what is public."""
        own = School.objects.within(scope_of(user, self.writers))
        seen = Q(state__in=self.public, school__in=School.objects.visible_to(user))
        if scope_of(user, OFFICERS).region:
            seen |= ~Q(state=DRAFT)
        return self.filter(Q(school__in=own) | seen)


class WrittenVersion(models.Model):
    """One version of the text of a school. ``form``: the version of its questions."""

    version = models.PositiveSmallIntegerField(_("version"))
    form = models.PositiveSmallIntegerField(_("version du formulaire"), default=1)
    reasons = models.TextField(_("motifs"), blank=True)
    """Of whoever sent it back."""

    class Meta:
        abstract = True


class WrittenAnswer(models.Model):
    """The answer to one question. ``revision`` counts its writings: nobody overwrites unread."""

    question = models.CharField(max_length=20)
    body = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        abstract = True

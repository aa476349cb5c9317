"""Forms of calls, in versions that freeze with the call; counters of references."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import RoleKind, User
from schools.models.scope import scope_of


class FormVersionQuerySet(models.QuerySet["FormVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see drafts; anybody with a role what was published."""
        if scope_of(user).is_empty and RoleKind.REVIEWER not in getattr(user, "role_kinds", ()):
            return self.none()
        if scope_of(user, frozenset({RoleKind.OFFICER.value})).region:
            return self
        return self.filter(published_at__isnull=False)


class FormVersion(models.Model):
    """The questions of a call, as :mod:`inventory.grants.rules.calls.questions` reads them.

    A draft is written; published with a version of the call it freezes, and the next change is a
    new version. The key of a question stays the same from one version to the next: so do answers.
    """

    call = models.ForeignKey("Call", models.CASCADE, related_name="forms")
    number = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField(_("questions"), default=dict)
    revision = models.PositiveIntegerField(default=1, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    published_at = models.DateTimeField(_("publié le"), null=True, editable=False)

    objects = FormVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("formulaire d’un appel")
        verbose_name_plural = _("formulaires des appels")
        ordering = ["call", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="form_version_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(published_at=None), name="one_form_draft_per_call"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.reference}, formulaire {self.number}"

    @property
    def is_frozen(self) -> bool:
        return self.published_at is not None


class ReferenceCounter(models.Model):
    """The last number given to a kind of thing in a year: ``AP`` 2026 → 2."""

    kind = models.CharField(max_length=4)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("compteur de références")
        verbose_name_plural = _("compteurs de références")
        constraints = [
            models.UniqueConstraint(fields=["kind", "year"], name="reference_counter_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind}-{self.year}"

    @classmethod
    def take(cls, kind: str, year: int) -> int:
        """The next number; the row stays held until the end of the transaction: no number twice."""
        cls.objects.get_or_create(kind=kind, year=year)
        cls.objects.filter(kind=kind, year=year).update(last=F("last") + 1)
        return int(cls.objects.values_list("last", flat=True).get(kind=kind, year=year))

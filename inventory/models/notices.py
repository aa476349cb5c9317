"""Notices of declarations: that one runs out, ran out, or no longer tells what a site has."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.declarations import Declaration
from schools.models import User


class NoticeKind(models.TextChoices):
    SOON = "soon", _("échoit bientôt")
    EXPIRED = "expired", _("échue")
    OUTDATED = "outdated", _("à revoir")


class DeclarationNoticeQuerySet(models.QuerySet["DeclarationNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own alone."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()

    def unsent(self) -> Self:
        """Those whose letter is still to leave."""
        return self.filter(mailed_at=None)


class DeclarationNotice(models.Model):
    """That a person was told of one version, for one reason: once, whatever happens next."""

    declaration = models.ForeignKey(Declaration, models.CASCADE, related_name="+")
    kind = models.CharField(_("pourquoi"), max_length=8, choices=NoticeKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(_("le"), default=timezone.now)
    mailed_at = models.DateTimeField(_("écrit le"), null=True, blank=True)

    objects = DeclarationNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel de déclaration")
        verbose_name_plural = _("rappels de déclaration")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["declaration", "kind", "person"], name="declaration_told_once"
            ),
        ]
        indexes = [
            models.Index(fields=["person"], name="notice_unsent", condition=Q(mailed_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.declaration}: {self.get_kind_display()}"

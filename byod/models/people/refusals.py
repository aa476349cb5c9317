"""Refusals (refus): a guardian said no, and why. A no is an answer: nobody reminds them of it."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import Member
from schools.models import User


class RefusalReason(models.TextChoices):
    """What a parent may say in one tap."""

    NO_DEVICE = "no_device", _("Mon enfant n’a pas d’appareil, ou n’en emportera pas")
    SCREENS = "screens", _("Je ne veux pas d’écran personnel à l’école")
    DATA = "data", _("Je m’inquiète pour ses données")
    UNCLEAR = "unclear", _("Je n’ai pas compris\u00a0: je voudrais qu’on m’explique")
    OTHER = "other", _("Autre raison")


class GuardianRefusalQuerySet(models.QuerySet["GuardianRefusal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Not followed by a yes."""
        return self.filter(ended_at=None)


class GuardianRefusal(models.Model):
    """A guardian's no, until they change their mind."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="refusals")
    reason = models.CharField(_("raison"), max_length=10, choices=RefusalReason)
    words = models.CharField(_("précision"), max_length=300, blank=True)
    at = models.DateTimeField(_("refusé le"), default=timezone.now)
    ended_at = models.DateTimeField(_("levé le"), null=True, blank=True)

    objects = GuardianRefusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("refus d’un parent")
        verbose_name_plural = _("refus de parents")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ended_at=None), name="refusal_once_standing"
            ),
            models.CheckConstraint(
                name="refusal_ends_after_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.at:%Y-%m-%d}"

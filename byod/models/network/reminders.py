"""Reminders that a device's access ends (rappels de fin d’accès), to owner and guardian."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.devices import Credential
from byod.models.people.members import Member
from schools.models import User


class CredentialReminderQuerySet(models.QuerySet["CredentialReminder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        seen = Member.objects.visible_to(user).values("pk")
        return self.filter(credential__device__member__in=seen)

    def unsent(self) -> Self:
        return self.filter(claimed_at=None)


class CredentialReminder(models.Model):
    """That somebody is told once that a device's access ends; the address is read as it leaves."""

    credential = models.ForeignKey(Credential, models.CASCADE, related_name="reminders")
    days = models.PositiveSmallIntegerField(_("jours avant la fin"))
    as_guardian = models.BooleanField(_("au parent"), default=False)
    made_at = models.DateTimeField(_("le"), default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    """Written down before it leaves: who dies while sending writes one letter less, never two."""
    mailed_at = models.DateTimeField(_("écrit le"), null=True, blank=True)

    objects = CredentialReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel de fin d’accès")
        verbose_name_plural = _("rappels de fin d’accès")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["credential", "days", "as_guardian"], name="credential_reminded_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(claimed_at=None), name="credential_reminder_unsent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} · {self.days}"

"""The follow-up report of a project: what it became, with evidence of use."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.returns.obligations import OFFICERS, Obligation
from schools.models import User
from schools.models.scope import scope_of


class FollowUpState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    SENT = "sent", _("envoyé")
    READ = "read", _("lu par le SPW")


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """With the project; what is still being written is the school's alone."""
        seen = self.filter(obligation__in=Obligation.objects.visible_to(user))
        if scope_of(user, OFFICERS).region:
            return seen.exclude(state=FollowUpState.DRAFT)
        return seen


class FollowUp(models.Model):
    """Follow-up report (rapport de suivi). What was sent stays as it was sent."""

    obligation = models.OneToOneField(Obligation, models.PROTECT, related_name="follow_up")
    state = models.CharField(
        _("état"), max_length=6, choices=FollowUpState, default=FollowUpState.DRAFT
    )
    pupils = models.PositiveIntegerField(_("élèves concernés"), null=True, blank=True)
    classes = models.PositiveIntegerField(_("classes concernées"), null=True, blank=True)
    uses_a_week = models.DecimalField(
        _("utilisations par semaine"), max_digits=6, decimal_places=1, null=True, blank=True
    )
    seen = models.JSONField(default=dict, blank=True)
    """What the platform knew when the report was sent: bookings a week, devices in use."""
    uses = models.TextField(_("ce qui a été fait"), max_length=4000, blank=True)
    difficulties = models.TextField(_("difficultés"), max_length=4000, blank=True)
    next_steps = models.TextField(_("suites"), max_length=2000, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    sent_by_text = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    read_at = models.DateTimeField(_("lu le"), null=True, blank=True)
    answer = models.TextField(_("réponse du SPW"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("rapport de suivi")
        verbose_name_plural = _("rapports de suivi")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="follow_up_sent_is_complete",
                condition=Q(state="draft", sent_at=None)
                | (
                    ~Q(state="draft") & Q(sent_at__isnull=False, pupils__isnull=False) & ~Q(uses="")
                ),
            ),
            models.CheckConstraint(
                name="follow_up_read_after_sending",
                condition=Q(read_at=None) | Q(state="read"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.obligation)


def photo_path(photo: FollowUpPhoto, filename: str) -> str:
    return f"follow-ups/{uuid.uuid4().hex}"


class FollowUpPhoto(models.Model):
    """A photo without pupils, encoded anew: place and camera are gone."""

    follow_up = models.ForeignKey(FollowUp, models.CASCADE, related_name="photos")
    file = models.FileField(upload_to=photo_path)
    caption = models.CharField(_("légende"), max_length=200, blank=True)
    size = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("photo d’un rapport")
        verbose_name_plural = _("photos d’un rapport")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.caption or str(self.pk)

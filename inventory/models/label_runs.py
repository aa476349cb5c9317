"""Runs of labels (tirage): many labels, printed by a worker for the person who asked."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import User


class LabelRunState(models.TextChoices):
    WAITING = "waiting", _("en cours")
    READY = "ready", _("prêt")
    CANCELLED = "cancelled", _("annulé")
    FAILED = "failed", _("échoué")


class LabelRunQuerySet(models.QuerySet["LabelRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own alone."""
        return self.filter(asked_by=user.pk) if user.is_authenticated else self.none()

    def waiting(self) -> Self:
        """Those that a worker holds, or should hold."""
        return self.filter(state=LabelRunState.WAITING)


class LabelRun(models.Model):
    """What is to be printed, in order. Its file goes after ``LABEL_DAYS``, and the run with it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    """Of the page that asked: sent twice, it is one run. It names the file as well."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    title = models.CharField(_("quoi"), max_length=200)
    form = models.CharField(_("planche"), max_length=20)
    first = models.PositiveSmallIntegerField(_("première étiquette libre"), default=1)
    base = models.CharField(max_length=200)
    """The address that the QR begins with."""
    devices = ArrayField(models.BigIntegerField())
    """Keys, in the order of the sheet; those that the person no longer sees are left out."""
    state = models.CharField(
        _("état"), max_length=10, choices=LabelRunState, default=LabelRunState.WAITING
    )
    done = models.PositiveIntegerField(_("fait"), default=0)
    total = models.PositiveIntegerField(_("en tout"))
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)
    failure = models.CharField(_("pourquoi"), max_length=200, blank=True)
    claim = models.UUIDField(null=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = LabelRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("tirage d’étiquettes")
        verbose_name_plural = _("tirages d’étiquettes")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="label_run_ends_once",
                condition=Q(state="waiting", ended_at=None)
                | (~Q(state="waiting") & Q(ended_at__isnull=False, claim=None)),
            ),
            models.CheckConstraint(
                name="label_run_failed_says_why", condition=Q(state="failed") ^ Q(failure="")
            ),
            models.CheckConstraint(
                name="label_run_done_at_most_all", condition=Q(done__lte=F("total"))
            ),
        ]
        indexes = [
            models.Index(fields=["asked_by", "-id"], name="label_runs_of_person"),
            models.Index(
                fields=["claimed_at"], name="label_runs_at_work", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def path(self) -> str:
        """Of the file in the storage: a retry writes over it, forgetting finds it in any state."""
        return f"labels/{self.key.hex}.pdf"

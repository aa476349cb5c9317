"""Corrections with a reason and two signatures, counting errors, and the nightly recount."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.rights.ledger import DrawingRight, Movement
from inventory.models.counted import Counted
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class CountingErrorState(models.TextChoices):
    OPEN = "open", pgettext_lazy("counting error", "à examiner")
    ACCEPTED = "accepted", pgettext_lazy("counting error", "reconnue")
    REFUSED = "refused", pgettext_lazy("counting error", "non retenue")


class CountingErrorQuerySet(models.QuerySet["CountingError"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def open(self) -> Self:
        return self.filter(state=CountingErrorState.OPEN)


class CountingError(Counted):
    """A school says that the official count of its pupils is wrong; an officer answers."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    count_year = models.PositiveSmallIntegerField(_("comptage du 15 janvier"))
    counted = models.PositiveIntegerField(_("élèves comptés"))
    claimed = models.PositiveIntegerField(_("élèves selon l’école"))
    text = models.TextField(_("explication"), max_length=2000)
    told_at = models.DateTimeField(_("signalée le"), default=timezone.now)
    told_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    told_by_text = models.CharField(_("signalée par"), max_length=200)
    state = models.CharField(
        _("état"), max_length=8, choices=CountingErrorState, default=CountingErrorState.OPEN
    )
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("répondue le"), null=True, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    answered_by_text = models.CharField(_("répondue par"), max_length=200, blank=True)

    objects = CountingErrorQuerySet.as_manager()

    class Meta:
        verbose_name = _("erreur de comptage signalée")
        verbose_name_plural = _("erreurs de comptage signalées")
        ordering = ["-told_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "count_year"],
                condition=Q(state="open"),
                name="one_open_counting_error",
            ),
            models.CheckConstraint(
                name="counting_error_answered_with_words",
                condition=Q(state="open", answered_at=None)
                | (Q(answered_at__isnull=False) & ~Q(state="open") & ~Q(answer="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.count_year}"


class CorrectionState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("correction", "à contresigner")
    MADE = "made", pgettext_lazy("correction", "écrite")
    REFUSED = "refused", pgettext_lazy("correction", "refusée")


class CorrectionQuerySet(models.QuerySet["Correction"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "right__site"))

    def to_countersign(self) -> Self:
        return self.filter(state=CorrectionState.PROPOSED)


class Correction(Counted):
    """More or less for a right: one officer proposes with a reason, another countersigns."""

    right = models.ForeignKey(DrawingRight, models.PROTECT, related_name="corrections")
    amount = models.DecimalField(_("montant"), max_digits=12, decimal_places=2)
    why = models.CharField(_("motif"), max_length=500)
    counting_error = models.ForeignKey(
        CountingError, models.PROTECT, related_name="corrections", null=True, blank=True
    )
    proposed_at = models.DateTimeField(_("proposée le"), default=timezone.now)
    proposed_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    proposed_by_text = models.CharField(_("proposée par"), max_length=200)
    state = models.CharField(
        _("état"), max_length=8, choices=CorrectionState, default=CorrectionState.PROPOSED
    )
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    decided_by_text = models.CharField(_("décidée par"), max_length=200, blank=True)
    decided_why = models.CharField(_("motif de la décision"), max_length=500, blank=True)
    movement = models.OneToOneField(
        Movement, models.PROTECT, related_name="correction", null=True, blank=True
    )

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="correction_of_something_with_a_reason",
                condition=~Q(amount=0) & ~Q(why=""),
            ),
            models.CheckConstraint(
                name="correction_countersigned_by_another",
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="correction_made_is_an_entry",
                condition=Q(state="made", movement__isnull=False)
                | (~Q(state="made") & Q(movement=None)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.right} {self.amount:+}"


class Recount(models.Model):
    """One run that recomputed every balance from the entries. A figure of the platform."""

    at = models.DateTimeField(_("recompté le"), default=timezone.now)
    rights = models.PositiveIntegerField(_("droits recomptés"))
    entries = models.PositiveIntegerField(_("lignes relues"))
    took_ms = models.PositiveIntegerField(_("durée en ms"), default=0)
    differences: models.JSONField[Any, Any] = models.JSONField(_("écarts"), default=list)

    class Meta:
        verbose_name = _("recomptage")
        verbose_name_plural = _("recomptages")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {len(self.differences)}"

"""Decisions on files, their letters, and reconsiderations asked by schools."""

from __future__ import annotations

import uuid
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application
from inventory.grants.models.review.rankings import RankingRun
from schools.models import User


class Outcome(models.TextChoices):
    AWARDED = "awarded", _("accordé")
    CONDITIONAL = "conditional", _("accordé sous condition")
    RESERVE = "reserve", _("liste de réserve")
    REFUSED = "refused", _("refusé")


class ConditionState(models.TextChoices):
    NONE = "", _("sans condition")
    OPEN = "open", _("condition en attente")
    MET = "met", _("condition remplie")
    LAPSED = "lapsed", _("caduc")


class DecisionQuerySet(models.QuerySet["Decision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the applications that the person sees."""
        return self.filter(application__in=Application.objects.visible_to(user))

    def standing(self) -> Self:
        """The last of each file."""
        later = Decision.objects.filter(
            application=OuterRef("application"), number__gt=OuterRef("number")
        )
        return self.filter(~Exists(later))


class Decision(models.Model):
    """A decision on a file; a later one of the same file replaces it. PostgreSQL refuses any change
    but of where its condition stands.

    ``facts``: the line of the ranking and the reviewers' comments by criterion, as they stood.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField(_("numéro"), default=1)
    run = models.ForeignKey(
        RankingRun,
        models.PROTECT,
        verbose_name=_("classement"),
        related_name="decisions",
        null=True,
    )
    outcome = models.CharField(_("décision"), max_length=12, choices=Outcome)
    amount = models.DecimalField(_("montant (EUR)"), max_digits=12, decimal_places=2, default=0)
    rank = models.PositiveIntegerField(_("rang"), null=True)
    reserve = models.PositiveIntegerField(_("place en réserve"), null=True)
    facts = models.JSONField(default=dict, blank=True)
    why = models.TextField(_("motif"), max_length=4000, blank=True)
    condition = models.TextField(_("condition"), max_length=2000, blank=True)
    condition_due_on = models.DateField(_("à remplir pour le"), null=True, blank=True)
    condition_state = models.CharField(
        _("condition"), max_length=6, choices=ConditionState, blank=True
    )
    condition_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(_("décidé le"), default=timezone.now)
    decided_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    decided_by_text = models.CharField(_("décidé par"), max_length=150)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision")
        verbose_name_plural = _("décisions")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "number"], name="decision_number_once"),
            models.CheckConstraint(
                name="decision_condition_is_told",
                condition=~Q(outcome="conditional")
                | (~Q(condition="") & Q(condition_due_on__isnull=False) & ~Q(condition_state="")),
            ),
            models.CheckConstraint(
                name="decision_refused_with_a_reason", condition=~Q(outcome="refused") | ~Q(why="")
            ),
        ]
        indexes = [models.Index(fields=["-decided_at", "-id"], name="decision_latest")]

    def __str__(self) -> str:
        return f"{self.application.reference} · {self.get_outcome_display()}"


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the applications that the person sees."""
        return self.filter(decision__application__in=Application.objects.visible_to(user))


def letter_path(row: models.Model, filename: str) -> str:
    """A name nobody can guess; the file is only ever served through a scoped view."""
    return f"letters/{uuid.uuid4().hex}"


class Letter(models.Model):
    """The letter of a decision, in the school's language, frozen with its SHA-256."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="letter")
    language = models.CharField(_("langue"), max_length=2)
    content = models.JSONField()
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    paper = models.FileField(upload_to=letter_path, blank=True)
    paper_sha256 = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    mailed_at = models.DateTimeField(_("annoncée le"), null=True)
    read_at = models.DateTimeField(_("lue le"), null=True)
    read_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    read_by_text = models.CharField(_("lue par"), max_length=150, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("lettre de décision")
        verbose_name_plural = _("lettres de décision")
        ordering = ["-made_at", "-id"]
        indexes = [models.Index(fields=["id"], condition=Q(mailed_at=None), name="letter_to_mail")]

    def __str__(self) -> str:
        return f"{self.decision}"


class ReconsiderationState(models.TextChoices):
    ASKED = "asked", _("demandée")
    TAKEN = "taken", _("en examen")
    UPHELD = "upheld", _("décision maintenue")
    CHANGED = "changed", _("décision réformée")


class ReconsiderationQuerySet(models.QuerySet["Reconsideration"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the applications that the person sees."""
        return self.filter(decision__application__in=Application.objects.visible_to(user))

    def open(self) -> Self:
        return self.filter(state__in=[ReconsiderationState.ASKED, ReconsiderationState.TAKEN])


class Reconsideration(models.Model):
    """A school asks that a decision be looked at again; somebody else than before does it."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="reconsideration")
    state = models.CharField(
        _("état"), max_length=8, choices=ReconsiderationState, default=ReconsiderationState.ASKED
    )
    text = models.TextField(_("ce que l’école demande"), max_length=6000)
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    asked_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    asked_by_text = models.CharField(max_length=150)
    handler = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("traitée par"), related_name="+", null=True
    )
    answer = models.TextField(_("réponse motivée"), max_length=6000, blank=True)
    decided_at = models.DateTimeField(_("répondu le"), null=True)
    result = models.OneToOneField(
        Decision, models.PROTECT, related_name="reconsidered", null=True, blank=True
    )

    objects = ReconsiderationQuerySet.as_manager()

    class Meta:
        verbose_name = _("réexamen")
        verbose_name_plural = _("réexamens")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="reconsideration_answered_is_whole",
                condition=Q(state__in=["asked", "taken"], decided_at=None)
                | (Q(state__in=["upheld", "changed"], decided_at__isnull=False) & ~Q(answer="")),
            ),
            models.CheckConstraint(
                name="reconsideration_changed_decides",
                condition=~Q(state="changed") | Q(result__isnull=False),
            ),
            models.CheckConstraint(
                name="reconsideration_result_is_another",
                condition=Q(result=None) | ~Q(result=F("decision")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision.application.reference} · {self.get_state_display()}"

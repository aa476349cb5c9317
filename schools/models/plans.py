"""The integrated transition plan (plan intégré de transition numérique) of a school."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.agreements import in_force_range
from schools.models.people import User
from schools.models.places import School, Site
from schools.models.position import RoleKind
from schools.models.written import WrittenAnswer, WrittenQuerySet, WrittenVersion

WRITERS = frozenset({RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
"""Who reads a plan from its first draft on: the school and its PO."""


class PlanState(models.TextChoices):
    """A version in its life. All but the draft are frozen, by a trigger."""

    DRAFT = "draft", _("brouillon")
    SUBMITTED = "submitted", _("à examiner")
    RETURNED = "returned", _("à compléter")
    WITHDRAWN = "withdrawn", _("repris par l’école")
    APPROVED = "approved", _("approuvé")
    SUPERSEDED = "superseded", _("remplacé")


class TransitionPlanQuerySet(WrittenQuerySet["TransitionPlan"]):
    writers = WRITERS
    public = (PlanState.APPROVED.value, PlanState.SUPERSEDED.value)

    def in_force(self, on: dt.date) -> Self:
        """Versions approved and not yet superseded on a day: at most one per school."""
        return self.filter(
            Q(superseded_on__isnull=True) | Q(superseded_on__gt=on), approved_on__lte=on
        )

    def to_review(self) -> Self:
        """Submitted versions, the one that waits longest first."""
        return self.filter(state=PlanState.SUBMITTED).order_by("submitted_at", "pk")


class TransitionPlan(WrittenVersion):
    """One version. Its questions stand in ``schools/agreements/plan_form.py``, by form version."""

    school = models.ForeignKey(School, models.PROTECT, related_name="plans")
    state = models.CharField(_("état"), max_length=10, choices=PlanState, default=PlanState.DRAFT)
    started_at = models.DateTimeField(_("commencé le"), default=timezone.now)
    submitted_at = models.DateTimeField(_("soumis le"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("soumis par"), related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, verbose_name=_("décidé par"), related_name="+", null=True, blank=True
    )
    approved_on = models.DateField(_("approuvé le"), null=True, blank=True)
    superseded_on = models.DateField(_("remplacé le"), null=True, blank=True)

    objects = TransitionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan de transition")
        verbose_name_plural = _("plans de transition")
        ordering = ["school", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["school", "version"], name="plan_version_once"),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_plan_in_hand_per_school",
            ),
            models.UniqueConstraint(
                fields=["school"],
                condition=Q(state="approved"),
                name="one_approved_plan_per_school",
            ),
            models.CheckConstraint(
                name="plan_submitted_by_somebody",
                condition=Q(state="draft", submitted_at=None, submitted_by=None)
                | (~Q(state="draft") & Q(submitted_at__isnull=False, submitted_by__isnull=False)),
            ),
            models.CheckConstraint(
                name="plan_decided_by_somebody",
                condition=Q(state__in=["draft", "submitted"], decided_at=None, decided_by=None)
                | Q(
                    state__in=["returned", "withdrawn", "approved", "superseded"],
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="plan_approved_from_a_day_on",
                condition=Q(state="approved", approved_on__isnull=False, superseded_on=None)
                | Q(state="superseded", approved_on__isnull=False, superseded_on__isnull=False)
                | Q(
                    state__in=["draft", "submitted", "returned", "withdrawn"],
                    approved_on=None,
                    superseded_on=None,
                ),
            ),
            models.CheckConstraint(
                name="plan_returned_with_reasons",
                condition=~Q(state="returned") | ~Q(reasons=""),
            ),
            ExclusionConstraint(
                name="plans_in_force_follow_one_another",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    (in_force_range("approved_on", "superseded_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(approved_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="plan_by_state")]

    def __str__(self) -> str:
        return f"{self.school} · plan, version {self.version}"


class PlanAnswer(WrittenAnswer):
    """The answer to one question of a plan."""

    plan = models.ForeignKey(TransitionPlan, models.CASCADE, related_name="answers")

    class Meta:
        verbose_name = _("réponse du plan")
        verbose_name_plural = _("réponses du plan")
        constraints = [
            models.UniqueConstraint(fields=["plan", "question"], name="plan_question_once")
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.question}"


class PlanSite(models.Model):
    """Connectivity of one site in a plan: whether it asks for LAN/WLAN, and for what."""

    plan = models.ForeignKey(TransitionPlan, models.CASCADE, related_name="plan_sites")
    site = models.ForeignKey(Site, models.PROTECT, related_name="plan_sites")
    asks = models.BooleanField(_("demande un réseau interne"), null=True)
    """None: not answered yet."""
    existing = models.TextField(_("réseau existant"), blank=True)
    rooms = models.TextField(_("locaux à couvrir"), blank=True)
    wanted_on = models.DateField(_("date souhaitée"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1)
    edited_at = models.DateTimeField(default=timezone.now)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("connectivité d’une implantation")
        verbose_name_plural = _("connectivité des implantations")
        ordering = ["site__name", "site"]
        constraints = [models.UniqueConstraint(fields=["plan", "site"], name="plan_site_once")]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.site}"


class PlanRemark(models.Model):
    """What the PO, an officer or the head says beside a version; never changed."""

    plan = models.ForeignKey(TransitionPlan, models.CASCADE, related_name="remarks")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    body = models.TextField(_("remarque"))
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("remarque sur un plan")
        verbose_name_plural = _("remarques sur un plan")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.author}"

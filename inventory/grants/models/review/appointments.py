"""Reviewers of a call: what they can judge, what they declared, from which files they are kept."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application
from inventory.grants.models.calls.published import OFFICERS, Call
from schools.models import Level, Municipality, RoleKind, School, User
from schools.models.scope import scope_of

JUDGES = frozenset({RoleKind.OFFICER.value, RoleKind.REVIEWER.value})
"""The kinds of person that may be appointed for a call."""


class Skill(models.TextChoices):
    PEDAGOGICAL = "pedagogical", _("pédagogique")
    TECHNICAL = "technical", _("technique")


class Language(models.TextChoices):
    FR = "fr", _("français")
    DE = "de", _("allemand")


class Statement(models.TextChoices):
    """What a reviewer declared about their links, for one call."""

    NOTHING = "", _("rien déclaré")
    NONE = "none", _("aucun lien")
    LINKS = "links", _("liens déclarés")


class TieKind(models.TextChoices):
    """What keeps a reviewer from a file; see :mod:`inventory.grants.rules.review.ties`."""

    SCHOOL = "school", _("fonction dans cette école")
    AUTHORITY = "authority", _("fonction dans le même pouvoir organisateur")
    MUNICIPALITY = "municipality", _("fonction ou lieu de travail dans la même commune")
    MANDATE = "mandate", _("mandat de moins de trois ans")
    DECLARED = "declared", _("lien déclaré")


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see who judges; a reviewer sees their own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if scope_of(user, OFFICERS).region:
            return self
        return self.filter(user=user.pk)

    def standing(self) -> Self:
        return self.filter(ended_at=None)


class Appointment(models.Model):
    """A person who judges files of a call. No ``levels``: every level."""

    call = models.ForeignKey(Call, models.CASCADE, related_name="appointments")
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("évaluateur"))
    skills = ArrayField(
        models.CharField(max_length=12, choices=Skill), verbose_name=_("compétences")
    )
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("langues")
    )
    levels = ArrayField(
        models.CharField(max_length=20, choices=Level),
        verbose_name=_("niveaux"),
        default=list,
        blank=True,
    )
    max_load = models.PositiveSmallIntegerField(_("dossiers au plus"), default=15)
    workplace = models.ForeignKey(
        Municipality,
        models.SET_NULL,
        verbose_name=_("commune du lieu de travail"),
        related_name="+",
        null=True,
        blank=True,
    )
    statement = models.CharField(_("déclaration"), max_length=6, choices=Statement, blank=True)
    declared_at = models.DateTimeField(_("déclaré le"), null=True, editable=False)
    appointed_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    appointed_at = models.DateTimeField(_("désigné le"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminé le"), null=True, editable=False)
    reminded_at = models.DateTimeField(_("rappelé le"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("désignation d’un évaluateur")
        verbose_name_plural = _("désignations des évaluateurs")
        ordering = ["call", "user__full_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["call", "user"], name="appointed_once_per_call"),
            models.CheckConstraint(name="appointed_with_a_load", condition=Q(max_load__gte=1)),
            models.CheckConstraint(
                name="statement_has_a_moment",
                condition=Q(statement="", declared_at=None)
                | (~Q(statement="") & Q(declared_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.call}"

    @property
    def may_open(self) -> bool:
        """Files are opened once links, or their absence, were declared."""
        return self.ended_at is None and self.declared_at is not None


class DeclaredLinkQuerySet(models.QuerySet["DeclaredLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the appointments that the person sees."""
        return self.filter(appointment__in=Appointment.objects.visible_to(user))


class DeclaredLink(models.Model):
    """A school to which a reviewer is tied, personally, by work or by family: not said by whom."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="links")
    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("déclaré le"), default=timezone.now)

    objects = DeclaredLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien déclaré")
        verbose_name_plural = _("liens déclarés")
        ordering = ["school__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["appointment", "school"], name="link_declared_once")
        ]

    def __str__(self) -> str:
        return f"{self.appointment.user} · {self.school}"


class RecusalQuerySet(models.QuerySet["Recusal"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers, of the applications that they see."""
        if not scope_of(user, OFFICERS).region:
            return self.none()
        return self.filter(application__in=Application.objects.visible_to(user))


class Recusal(models.Model):
    """That a person was kept from a file, why, and to whom it went. Only added to."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="recusals")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    kinds = ArrayField(models.CharField(max_length=12, choices=TieKind))
    at = models.DateTimeField(_("constaté le"), default=timezone.now)
    held = models.BooleanField(_("le dossier lui était confié"), default=False)
    given_to = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)

    objects = RecusalQuerySet.as_manager()

    class Meta:
        verbose_name = _("récusation")
        verbose_name_plural = _("récusations")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="recused_once_per_file")
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} · {self.user}"

    @property
    def words(self) -> str:
        """Every kind, in words."""
        return ", ".join(str(TieKind(kind).label) for kind in self.kinds)

"""What a granted project owes back, until when, and who was reminded."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application, CoAuthor
from inventory.grants.models.calls.awards import Award
from inventory.grants.models.calls.conflicted import without_conflicts
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q

READERS = frozenset({RoleKind.CONTACT.value, RoleKind.HEAD.value, RoleKind.AUTHORITY.value})
"""Who reads what their school owes and what is being written there."""
OFFICERS = frozenset({RoleKind.OFFICER.value})


class ObligationQuerySet(models.QuerySet["Obligation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """To the people of the school, to whoever wrote the file or was invited to deposit, and to
        officers. Never with a conflict of interest in the file."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        seen = Q(pk__in=Depositor.objects.filter(person=user.pk).values("obligation"))
        authors = CoAuthor.objects.filter(user=user.pk, removed_at=None)
        seen |= Q(award__application__in=authors.values("application"))
        if scope_of(user, OFFICERS).region:
            seen = Q()
        elif not scope_of(user, READERS).is_empty:
            seen |= sites_q(scope_of(user, READERS), "site")
        allowed = without_conflicts(Application.objects.all(), user)
        return self.filter(seen, award__application__in=allowed)

    def standing(self) -> Self:
        """Those that were not lifted."""
        return self.filter(lifted_on=None)

    def counted(self) -> Self:
        """With ``accepted`` and ``waiting``: resources by how far they are."""
        last = Q(resources__state__in=["accepted", "published"])
        return self.annotate(
            accepted=Count("resources", filter=last, distinct=True),
            waiting=Count("resources", filter=Q(resources__state="deposited"), distinct=True),
        )

    def owing(self) -> Self:
        """Those that still wait for something to be handed in."""
        return self.standing().counted().filter(owed__gt=F("accepted") + F("waiting"))

    def late(self, today: dt.date) -> Self:
        return self.owing().filter(due_on__lt=today)


class Obligation(models.Model):
    """Resources owed by a project (retour). ``due_on`` follows deliveries and extensions."""

    award = models.OneToOneField(Award, models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    owed = models.PositiveSmallIntegerField(_("ressources dues"))
    months = models.PositiveSmallIntegerField(_("délai (mois)"))
    counts_from = models.DateField(_("compte depuis"))
    """The decision, then the last delivery."""
    extended_to = models.DateField(_("prolongé jusqu’au"), null=True, blank=True)
    due_on = models.DateField(_("attendu le"))
    lifted_on = models.DateField(_("levé le"), null=True, blank=True)
    lifted_why = models.CharField(_("motif"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = ObligationQuerySet.as_manager()

    class Meta:
        verbose_name = _("ressource à rendre")
        verbose_name_plural = _("ressources à rendre")
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(name="obligation_owes_something", condition=Q(owed__gte=1)),
            models.CheckConstraint(
                name="obligation_is_due_later", condition=Q(due_on__gte=F("counts_from"))
            ),
            models.CheckConstraint(
                name="obligation_lifted_with_a_reason",
                condition=Q(lifted_on=None) | ~Q(lifted_why=""),
            ),
        ]
        indexes = [models.Index(fields=["due_on", "id"], name="obligation_by_due")]

    def __str__(self) -> str:
        return f"{self.award.application.reference} · {self.site}"


class Depositor(models.Model):
    """A teacher whom the school invited to deposit for a project."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="depositors")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("enseignant invité à déposer")
        verbose_name_plural = _("enseignants invités à déposer")
        constraints = [
            models.UniqueConstraint(fields=["obligation", "person"], name="depositor_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class ExtensionState(models.TextChoices):
    ASKED = "asked", _("demandée")
    GRANTED = "granted", _("accordée")
    REFUSED = "refused", _("refusée")


class Extension(models.Model):
    """More time for a project: asked by the school with a reason, answered by an officer."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="extensions")
    wanted_on = models.DateField(_("nouvelle date"))
    why = models.CharField(_("motif"), max_length=500)
    state = models.CharField(
        _("état"), max_length=8, choices=ExtensionState, default=ExtensionState.ASKED
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    asked_by_text = models.CharField(max_length=200)
    asked_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("réponse"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("prolongation")
        verbose_name_plural = _("prolongations")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(state="asked"), name="one_extension_asked"
            ),
            models.CheckConstraint(name="extension_has_a_reason", condition=~Q(why="")),
            models.CheckConstraint(
                name="extension_answered_when_decided",
                condition=Q(state="asked", decided_at=None)
                | (~Q(state="asked") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.wanted_on:%d/%m/%Y}"


class NoticeStage(models.TextChoices):
    """Whom it goes to: the school, then its organising authority, then the officers."""

    SOON = "soon", _("attendues bientôt")
    NEAR = "near", _("attendues dans deux semaines")
    LATE = "late", _("attendues, pas encore reçues")
    AUTHORITY = "authority", _("attendues depuis un mois")
    OFFICER = "officer", _("attendues depuis deux mois")


class ReturnNoticeQuerySet(models.QuerySet["ReturnNotice"]):
    def unsent(self) -> Self:
        return self.filter(mailed_at=None).order_by("person", "id")

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()


class ReturnNotice(models.Model):
    """A person is to be told once per stage and due day."""

    obligation = models.ForeignKey(Obligation, models.CASCADE, related_name="notices")
    stage = models.CharField(max_length=10, choices=NoticeStage)
    due_on = models.DateField()
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = ReturnNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel")
        verbose_name_plural = _("rappels")
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "stage", "due_on", "person"], name="return_notice_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "id"],
                condition=Q(mailed_at=None),
                name="return_notice_unsent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation}: {self.get_stage_display()}"

"""Reminders (rappels) of a loan: pupil, then guardian, then school; each rung once."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.loans import Loan
from byod.models.people.members import MEMBER_READERS
from schools.models import User
from schools.models.scope import scope_of, sites_q


class Rung(models.TextChoices):
    """Rungs of the ladder, in order."""

    SOON = "soon", _("bientôt à rendre")
    PUPIL = "pupil", _("rappel à l’élève")
    GUARDIAN = "guardian", _("rappel aux parents")
    SCHOOL = "school", _("avis à l’école")
    SIGN = "sign", _("conditions à signer")


class LoanReminderQuerySet(models.QuerySet["LoanReminder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "loan__site"))

    def unsent(self) -> Self:
        """Those for people of the school whose letter is still to leave (``mail_notices``)."""
        return self.filter(mailed_at=None, person__isnull=False)

    def for_families(self) -> Self:
        """Those for a pupil or guardian, still to leave."""
        return self.filter(mailed_at=None, person=None)


class LoanReminder(models.Model):
    """That somebody is told of a loan, for one reason and one due date: once."""

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="reminders")
    rung = models.CharField(_("rappel"), max_length=8, choices=Rung)
    due_on = models.DateField()
    """Which it is about: an extension begins the ladder anew."""
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", null=True, blank=True
    )
    """Of the school; null: the pupil or the guardian, whose address is read when it leaves."""
    made_at = models.DateTimeField(_("le"), default=timezone.now)
    mailed_at = models.DateTimeField(_("écrit le"), null=True, blank=True)

    objects = LoanReminderQuerySet.as_manager()

    class Meta:
        verbose_name = _("rappel de prêt")
        verbose_name_plural = _("rappels de prêt")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loan", "rung", "due_on", "person"],
                name="loan_reminded_once",
                nulls_distinct=False,
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], condition=Q(mailed_at=None), name="loan_reminder_unsent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.loan} · {self.get_rung_display()}"

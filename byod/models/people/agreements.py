"""Agreements (accords): somebody, or their guardian, said yes to a charter; and took it back."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.charters import CharterVersion
from byod.models.people.members import Member
from schools.models import User


class CharterAgreementQuerySet(models.QuerySet["CharterAgreement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def standing(self) -> Self:
        """Not taken back."""
        return self.filter(withdrawn_at=None)


class CharterAgreement(models.Model):
    """A yes to the texts in force at that moment: the regional floor and the school's own."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="agreements")
    as_guardian = models.BooleanField(_("par le parent"), default=False)
    floor = models.ForeignKey(
        CharterVersion, models.PROTECT, related_name="+", null=True, blank=True
    )
    charter = models.ForeignKey(
        CharterVersion, models.PROTECT, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("donné le"), default=timezone.now)
    paper = models.BooleanField(_("sur papier"), default=False)
    """The school holds the signed paper, and noted it."""
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = CharterAgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord")
        verbose_name_plural = _("accords")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "as_guardian", "floor", "charter"],
                condition=Q(withdrawn_at=None),
                name="agreement_once_standing",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="agreement_withdrawn_after_it_was_given",
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.at:%Y-%m-%d}"

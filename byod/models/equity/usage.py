"""Use of lines (consommation): megabytes a month as the operator reports them. No destinations."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.equity.lines import Line
from byod.models.equity.operators import LineOperator
from schools.models import User
from schools.models.scope import scope_of


class UsageReportQuerySet(models.QuerySet["UsageReport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.none() if scope_of(user).is_empty else self.all()


class UsageReport(models.Model):
    """That an operator reported a month. Without it, no megabytes are no news, not « unused »."""

    operator = models.ForeignKey(LineOperator, models.PROTECT, related_name="reports")
    month = models.DateField(_("mois"))
    """Its first day."""
    noted_at = models.DateTimeField(_("lu le"), default=timezone.now)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    rows = models.PositiveIntegerField(_("lignes"))
    unknown = models.PositiveIntegerField(_("ICCID inconnus"), default=0)
    sha256 = models.CharField(max_length=64, editable=False)

    objects = UsageReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("relevé d’un opérateur")
        verbose_name_plural = _("relevés des opérateurs")
        ordering = ["-month", "operator__name"]
        constraints = [
            models.UniqueConstraint(fields=["operator", "month"], name="usage_reported_once"),
            models.CheckConstraint(
                name="usage_month_is_its_first_day", condition=models.Q(month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.month:%Y-%m}"


class LineUsageQuerySet(models.QuerySet["LineUsage"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(line__in=Line.objects.visible_to(user).values("pk"))


class LineUsage(models.Model):
    """Megabytes of a line in a month; a corrected report writes over it."""

    line = models.ForeignKey(Line, models.CASCADE, related_name="usage")
    month = models.DateField(_("mois"))
    mb = models.PositiveIntegerField(_("Mo"))

    objects = LineUsageQuerySet.as_manager()

    class Meta:
        verbose_name = _("consommation")
        verbose_name_plural = _("consommations")
        ordering = ["month"]
        constraints = [
            models.UniqueConstraint(fields=["line", "month"], name="line_usage_once_a_month"),
            models.CheckConstraint(
                name="line_usage_is_of_a_month", condition=models.Q(month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.month:%Y-%m}: {self.mb}"

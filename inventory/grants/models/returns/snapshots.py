"""Indicators as they stood on a day: what is published stays comparable."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class IndicatorSnapshot(models.Model):
    """One figure of an indicator (K7, K8, K13, K14) on a day; no person, no school is named."""

    taken_on = models.DateField(_("relevé du"))
    key = models.CharField(_("indicateur"), max_length=12)
    year = models.PositiveSmallIntegerField(_("année"), null=True, blank=True)
    """Null: of all years together."""
    by = models.CharField(_("ventilation"), max_length=16, blank=True)
    """Empty (the Region), or ``category``, ``province``, ``network``."""
    group = models.CharField(_("groupe"), max_length=40, blank=True)
    value = models.DecimalField(_("valeur"), max_digits=16, decimal_places=4)
    taken_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("relevé d’indicateur")
        verbose_name_plural = _("relevés d’indicateurs")
        ordering = ["-taken_on", "key", "year", "by", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["taken_on", "key", "year", "by", "group"],
                nulls_distinct=False,
                name="indicator_snapshot_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year or ''} {self.group} ({self.taken_on:%d/%m/%Y})"

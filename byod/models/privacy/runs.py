"""Runs of the retention (purges): what was forgotten in a night, by purpose. No person is named."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RetentionRun(models.Model):
    """One night. Each part forgets and counts in one transaction: killed, it tells what is done."""

    started_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    finished_at = models.DateTimeField(_("finie le"), null=True, blank=True)
    """Null: running, or killed; the next run takes up what is left."""
    counts = models.JSONField(_("effacé"), default=dict)
    """Purpose → rows that were forgotten."""
    failed = models.JSONField(_("en échec"), default=dict)
    """Part → the kind of error, without any of its text."""

    class Meta:
        verbose_name = _("exécution de la conservation")
        verbose_name_plural = _("exécutions de la conservation")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"

    @property
    def total(self) -> int:
        """Rows forgotten, all purposes together."""
        return sum(int(n) for n in self.counts.values())

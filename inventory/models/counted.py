"""Rows that people edit side by side."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Counted(models.Model):
    """A row whose changes PostgreSQL counts: who read an older one is refused (ADR 030).

    The migration that makes the table gives it the trigger ``inventory_count_version``.
    """

    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(_("modifié le"), default=timezone.now, editable=False)

    class Meta:
        abstract = True

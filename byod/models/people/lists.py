"""Class lists (listes de classe): a file that was read and waits for a yes, sealed meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import MEMBER_READERS
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q

WAITS = dt.timedelta(hours=24)
"""For so long a file waits for its yes; then its names go."""


class ClassListQuerySet(models.QuerySet["ClassList"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def waiting(self, now: dt.datetime) -> Self:
        return self.filter(applied_at=None, sent_at__gt=now - WAITS).exclude(sealed="")


class ClassList(models.Model):
    """One file of a site's people. Applied or forgotten, only its figures stay."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    whole = models.BooleanField(_("toute l’implantation"), default=True)
    """Whoever is absent from it has left; else only those of its classes."""
    sealed = models.TextField(editable=False, blank=True)
    """Its rows, under FIELD_KEY: names are nowhere in clear."""
    figures = models.JSONField(_("chiffres"), default=dict)
    """Once applied: ``new``, ``changed``, ``same``, ``left``, ``refused``."""
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    sent_at = models.DateTimeField(_("envoyée le"), default=timezone.now)
    applied_at = models.DateTimeField(_("appliquée le"), null=True, blank=True)

    objects = ClassListQuerySet.as_manager()

    class Meta:
        verbose_name = _("liste de classe")
        verbose_name_plural = _("listes de classe")
        ordering = ["-sent_at"]
        indexes = [models.Index(fields=["site", "-sent_at"], name="class_list_by_site")]

    def __str__(self) -> str:
        return f"{self.site} · {self.sent_at:%Y-%m-%d}"

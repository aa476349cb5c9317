"""Audit: who did what, to what, before and after, and why. Append-only, by a database trigger."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Site
from schools.models.scope import scope_of, sites_q


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Entries about sites the person sees; those about no site only to the Region."""
        scope = scope_of(user)
        return self if scope.region else self.filter(sites_q(scope, "site"))


class AuditEntry(models.Model):
    """One action. Actor and object also stand as text, so nothing is lost when they go."""

    at = models.DateTimeField(_("quand"), default=timezone.now)
    actor = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    actor_text = models.CharField(_("qui"), max_length=200)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("type d’objet"), max_length=60)
    object_id = models.CharField(_("identifiant"), max_length=40)
    object_text = models.CharField(_("objet"), max_length=200)
    site = models.ForeignKey(Site, models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(_("avant"), default=dict)
    after = models.JSONField(_("après"), default=dict)
    why = models.CharField(_("motif"), max_length=500, blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("entrée du journal")
        verbose_name_plural = _("journal")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["site", "-at"], name="audit_by_site"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_text} {self.action} {self.object_text}"

"""Realms (domaines): what stands after the @ of an identity, and to whom it belongs (RFC 7542)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import Authority, School


class Realm(models.Model):
    """A realm is one school's, or shared by the schools of a PO that have none of their own."""

    name = models.CharField(_("domaine"), max_length=80, unique=True)
    school = models.OneToOneField(School, models.PROTECT, related_name="+", null=True, blank=True)
    authority = models.OneToOneField(
        Authority, models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        verbose_name = _("domaine")
        verbose_name_plural = _("domaines")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="realm_has_one_owner",
                condition=Q(school__isnull=False, authority=None)
                | Q(school=None, authority__isnull=False),
            ),
            models.CheckConstraint(
                name="realm_is_a_domain_in_small_letters",
                condition=Q(
                    name__regex=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

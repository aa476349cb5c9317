"""Charters (chartes): what one accepts before one's device is let in, version by version."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from schools.models import School, Site, User
from schools.models.scope import scope_of, sites_q


class CharterVersionQuerySet(models.QuerySet["CharterVersion"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of schools of one's sites; the regional floor is everybody's."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        schools = Site.objects.filter(sites_q(scope_of(user))).values("school")
        return self.filter(Q(school=None) | Q(school__in=schools))

    def published(self) -> Self:
        return self.filter(published_at__isnull=False)


class CharterVersion(models.Model):
    """A version of a school's charter; published, it never changes (a trigger)."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+", null=True, blank=True)
    """Null: the regional floor, to which each school adds."""
    number = models.PositiveSmallIntegerField(_("version"))
    text_fr = models.TextField(_("texte en français"))
    text_de = models.TextField(_("texte en allemand"), blank=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    objects = CharterVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’une charte")
        verbose_name_plural = _("versions des chartes")
        ordering = ["school", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["school", "number"],
                name="charter_number_once",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school or 'Région'} {self.number}"

"""Targets (cibles): the share of pupils to equip, where a school needs another one."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import School, Site, User
from schools.models.scope import scope_of, sites_q


class EquityTargetQuerySet(models.QuerySet["EquityTarget"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        schools = Site.objects.filter(sites_q(scope_of(user))).values("school")
        return self.filter(school__in=schools)


class EquityTarget(models.Model):
    """A share set for a school, by whom and why. The newest counts; none is ever changed."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    percent = models.DecimalField(_("part des élèves (%)"), max_digits=4, decimal_places=1)
    why = models.CharField(_("motif"), max_length=300)
    set_at = models.DateTimeField(_("fixée le"), default=timezone.now)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    set_by_text = models.CharField(_("fixée par"), max_length=150)

    objects = EquityTargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("cible d’une école")
        verbose_name_plural = _("cibles des écoles")
        ordering = ["-set_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="target_is_a_share", condition=Q(percent__gt=0, percent__lte=100)
            ),
            models.CheckConstraint(name="target_has_a_reason", condition=~Q(why="")),
        ]
        indexes = [models.Index(fields=["school", "-set_at"], name="target_by_school")]

    def __str__(self) -> str:
        return f"{self.school} {self.percent} %"

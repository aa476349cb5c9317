"""Figures that stay when people are forgotten (chiffres mensuels): counts of a site in a month."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class FigureKey(models.TextChoices):
    """What is counted, of people and of their devices."""

    MEMBERS = "members", _("personnes inscrites")
    AUTHORISED = "authorised", _("personnes autorisées")
    DEVICES = "devices", _("appareils personnels vus dans les 90 jours")
    LOANS_OUT = "loans_out", _("prêts en cours")
    LOANS_MADE = "loans_made", _("appareils prêtés dans le mois")
    REQUESTED = "requested", _("demandes de prêt du mois")
    SERVED = "served", _("demandes servies dans le mois")


class MonthlyFigureQuerySet(models.QuerySet["MonthlyFigure"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By site; shown through ``counted``, so that a group of fewer than five tells nobody."""
        return self.filter(sites_q(scope_of(user), "site"))


class MonthlyFigure(models.Model):
    """A count of a site in a month, written until the month is over and never after."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    month = models.DateField(_("mois"))
    """Its first day."""
    key = models.CharField(_("chiffre"), max_length=12, choices=FigureKey)
    value = models.PositiveIntegerField(_("valeur"))
    counted_at = models.DateTimeField(_("compté le"), default=timezone.now)

    objects = MonthlyFigureQuerySet.as_manager()

    class Meta:
        verbose_name = _("chiffre mensuel")
        verbose_name_plural = _("chiffres mensuels")
        ordering = ["-month", "site", "key"]
        indexes = [models.Index(fields=["-month", "-id"], name="figure_by_month")]
        constraints = [
            models.UniqueConstraint(fields=["site", "month", "key"], name="figure_once_a_month"),
            models.CheckConstraint(
                name="figure_of_a_whole_month", condition=models.Q(month__day=1)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.month:%Y-%m} {self.key}"

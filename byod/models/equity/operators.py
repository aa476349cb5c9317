"""Mobile operators (opérateurs de connexions prêtées) and their plans."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.models import User
from schools.models.scope import scope_of


class OrderDoor(models.TextChoices):
    """How an operator is told to suspend and resume lines."""

    FILE = "file", _("fichier à télécharger")
    MAIL = "mail", _("fichier CSV par courriel")
    HTTP = "http", _("échange automatique (HTTP, JSON)")


class LineOperatorQuerySet(models.QuerySet["LineOperator"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Names and plans are for everybody who has a role."""
        return self.none() if scope_of(user).is_empty else self.all()


class LineOperator(models.Model):
    """Who carries connections that are lent, and through which door it takes orders."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    door = models.CharField(
        _("ordres transmis par"), max_length=4, choices=OrderDoor, default=OrderDoor.FILE
    )
    email = models.EmailField(_("adresse électronique"), blank=True)
    url = models.URLField(_("adresse de l’échange"), blank=True)
    sealed = models.TextField(editable=False, blank=True)
    """The key of the HTTP door, write-only."""
    closed_on = models.DateField(_("terminé le"), null=True, blank=True)

    objects = LineOperatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("opérateur de connexions prêtées")
        verbose_name_plural = _("opérateurs de connexions prêtées")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="line_operator_has_its_door",
                condition=Q(door="file")
                | Q(door="mail") & ~Q(email="")
                | Q(door="http") & ~Q(url=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LinePlanQuerySet(models.QuerySet["LinePlan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.none() if scope_of(user).is_empty else self.all()


class LinePlan(models.Model):
    """What a line brings: data a month, its price, and from when to when it may be had."""

    operator = models.ForeignKey(LineOperator, models.PROTECT, related_name="plans")
    name = models.CharField(_("formule"), max_length=80)
    data_gb = models.PositiveSmallIntegerField(_("données (Go par mois)"), null=True, blank=True)
    """Null: unlimited."""
    month_eur = models.DecimalField(_("prix par mois (EUR)"), max_digits=6, decimal_places=2)
    valid_from = models.DateField(_("valable dès le"))
    valid_until = models.DateField(_("valable jusqu’au"), null=True, blank=True)

    objects = LinePlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("formule")
        verbose_name_plural = pgettext_lazy("lines", "formules")
        ordering = ["operator__name", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["operator", "name", "valid_from"], name="line_plan_once"
            ),
            models.CheckConstraint(name="line_plan_costs", condition=Q(month_eur__gte=0)),
            models.CheckConstraint(
                name="line_plan_ends_after_it_begins",
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.operator} {self.name}"

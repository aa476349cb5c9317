"""Awards: what was granted to an application, in kit versions that stay as they were granted."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.applications import Application, OfApplication
from inventory.models import KitVersion
from schools.models import User


class AwardState(models.TextChoices):
    GRANTED = "granted", _("accordé")
    CONDITIONAL = "conditional", _("accordé sous condition")
    LAPSED = "lapsed", _("caduc")
    WITHDRAWN = "withdrawn", _("retiré")


class Award(models.Model):
    """What one application was granted."""

    application = models.OneToOneField(Application, models.PROTECT, related_name="award")
    amount = models.DecimalField(_("montant accordé (EUR)"), max_digits=12, decimal_places=2)
    state = models.CharField(
        _("état"), max_length=12, choices=AwardState, default=AwardState.GRANTED
    )
    condition = models.TextField(_("condition"), max_length=2000, blank=True)
    decided_at = models.DateTimeField(_("décidé le"), default=timezone.now)
    decided_by = models.ForeignKey(
        User, models.SET_NULL, verbose_name=_("décidé par"), related_name="+", null=True
    )
    decided_by_text = models.CharField(_("décidé par"), max_length=150, blank=True)

    objects = OfApplication.as_manager()

    class Meta:
        verbose_name = _("octroi")
        verbose_name_plural = _("octrois")
        ordering = ["-decided_at", "-id"]
        constraints = [
            models.CheckConstraint(name="award_amount", condition=Q(amount__gte=0)),
            models.CheckConstraint(
                name="award_condition_is_told",
                condition=~Q(state="conditional") | ~Q(condition=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application.reference} · {self.get_state_display()}"


class AwardedKitQuerySet(models.QuerySet["AwardedKit"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the awards that the person sees."""
        return self.filter(award__application__in=Application.objects.visible_to(user))


class AwardedKit(models.Model):
    """So many of a kit version, at the price at which it was granted."""

    award = models.ForeignKey(Award, models.CASCADE, related_name="kits")
    kit_version = models.ForeignKey(KitVersion, models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(_("nombre"))
    unit_price = models.DecimalField(_("prix unitaire (EUR)"), max_digits=10, decimal_places=2)

    objects = AwardedKitQuerySet.as_manager()

    class Meta:
        verbose_name = _("kit accordé")
        verbose_name_plural = _("kits accordés")
        ordering = ["kit_version__kit__name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["award", "kit_version"], name="awarded_kit_once"),
            models.CheckConstraint(name="awarded_kit_counts", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.kit_version}"

"""What arrived together (livraison): the devices of one import, of one purchase, of one van."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.devices import Device
from schools.models import ImportRun, User
from schools.models.scope import scope_of, sites_q


class ArrivalQuerySet(models.QuerySet["Delivery"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of which a device stands at a site that the person sees."""
        scope = scope_of(user)
        if scope.region:
            return self
        seen = DeliveredDevice.objects.filter(sites_q(scope, "device__site"))
        return self.filter(Exists(seen.filter(delivery=OuterRef("pk"))))


class Delivery(models.Model):
    """A delivery, by the number on its note; an import that made devices is one as well."""

    reference = models.CharField(_("bon"), max_length=80)
    received_on = models.DateField(_("reçue le"))
    run = models.OneToOneField(
        ImportRun,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("import"),
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    made_at = models.DateTimeField(_("notée le"), default=timezone.now)

    objects = ArrivalQuerySet.as_manager()

    class Meta:
        verbose_name = _("livraison")
        verbose_name_plural = _("livraisons")
        ordering = ["-received_on", "-id"]
        constraints = [
            models.CheckConstraint(name="delivery_has_a_reference", condition=~Q(reference="")),
        ]
        indexes = [models.Index(fields=["-received_on", "-id"], name="delivery_latest")]

    def __str__(self) -> str:
        return self.reference


class DeliveredDevice(models.Model):
    """A device of a delivery: it arrives once."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="pieces")
    device = models.OneToOneField(Device, models.CASCADE, related_name="arrival")

    class Meta:
        verbose_name = _("équipement livré")
        verbose_name_plural = _("équipements livrés")

    def __str__(self) -> str:
        return f"{self.delivery}: {self.device}"

"""Notices of deliveries: that one is coming, has arrived, waits for a signature."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.orders.deliveries import Shipment
from schools.models import User


class DeliveryNoticeKind(models.TextChoices):
    COMING = "coming", _("annoncée")
    ARRIVED = "arrived", _("arrivée")
    UNSIGNED = "unsigned", _("pas encore signée")


class DeliveryNoticeQuerySet(models.QuerySet["DeliveryNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own alone."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()

    def unsent(self) -> Self:
        """Those whose letter is still to leave."""
        return self.filter(mailed_at=None)


class DeliveryNotice(models.Model):
    """That a person was told of a delivery, for one reason: once, whatever happens next."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="+")
    kind = models.CharField(_("pourquoi"), max_length=8, choices=DeliveryNoticeKind)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(_("le"), default=timezone.now)
    mailed_at = models.DateTimeField(_("écrit le"), null=True, blank=True)

    objects = DeliveryNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis de livraison")
        verbose_name_plural = _("avis de livraison")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["shipment", "kind", "person"], name="delivery_told_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"], name="delivery_notice_unsent", condition=Q(mailed_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.shipment}: {self.get_kind_display()}"

"""Orders to suppliers, what suppliers say of them, and when they say it will come."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.orders.market import MarketLot, Supplier
from inventory.grants.models.orders.members import OFFICER
from inventory.grants.rules.orders import is_late
from inventory.models.catalogue import Product
from inventory.models.counted import Counted
from schools.models import User
from schools.models.scope import scope_of


class SupplyState(models.TextChoices):
    """Where an order to a supplier is."""

    SENT = "sent", _("envoyée")
    ACKNOWLEDGED = "acknowledged", pgettext_lazy("order", "confirmée")
    PARTIAL = "partial", _("livrée en partie")
    DELIVERED = "delivered", _("livrée")
    CANCELLED = "cancelled", _("annulée")


SUPPLY_OPEN = (SupplyState.SENT, SupplyState.ACKNOWLEDGED, SupplyState.PARTIAL)


class SupplierOrderQuerySet(models.QuerySet["SupplierOrder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers, and the people of the supplier. A school reads its own order instead."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if scope_of(user, OFFICER).region:
            return self
        return self.filter(supplier__people=user)


class SupplierOrder(Counted):
    """What the Region orders from a supplier under one lot, for any number of sites."""

    reference = models.CharField(_("bon de commande"), max_length=20, unique=True)
    lot = models.ForeignKey(MarketLot, models.PROTECT, related_name="orders")
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="orders")
    state = models.CharField(
        _("état"), max_length=12, choices=SupplyState, default=SupplyState.SENT
    )
    sent_at = models.DateTimeField(_("envoyé le"), default=timezone.now)
    due_on = models.DateField(_("à livrer pour le"))
    """The day the contract promises."""
    acknowledged_at = models.DateTimeField(_("confirmé le"), null=True, blank=True)
    supplier_reference = models.CharField(_("référence du fournisseur"), max_length=40, blank=True)
    planned_on = models.DateField(_("livraison prévue le"), null=True, blank=True)
    """The latest day the supplier named; the days before it stay in the forecasts."""

    objects = SupplierOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("commande au fournisseur")
        verbose_name_plural = _("commandes aux fournisseurs")
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="supplier_order_acknowledged_on_a_day",
                condition=Q(state__in=("sent", "cancelled")) | Q(acknowledged_at__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["-sent_at", "-id"], name="supplier_order_latest")]

    def __str__(self) -> str:
        return self.reference

    @property
    def expected_on(self) -> dt.date:
        """The day that counts for lateness."""
        return self.planned_on or self.due_on

    def is_late(self, today: dt.date) -> bool:
        """Open, and past that day; the day itself is not late."""
        return is_late(self.expected_on, today, open_=self.state in SUPPLY_OPEN)


class MessageKind(models.TextChoices):
    """What a supplier can say."""

    ACKNOWLEDGE = "acknowledge", _("confirmation")
    PLAN = "plan", _("date prévue")
    BACKORDER = "backorder", _("rupture")
    SHIP = "ship", _("bon de livraison")
    UNSHIP = "unship", _("bon de livraison retiré")
    ARRIVE = "arrive", _("arrivée")
    COLLECT = "collect", _("reprise")


class MessageOutcome(models.TextChoices):
    APPLIED = "applied", _("appliqué")
    STALE = "stale", _("dépassé par un message plus récent")


class SupplierMessageQuerySet(models.QuerySet["SupplierMessage"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As the orders they speak of."""
        return self.filter(supplier_order__in=SupplierOrder.objects.visible_to(user).values("pk"))


class SupplierMessage(models.Model):
    """What a supplier sent, word for word, once: its id makes a replay change nothing."""

    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="messages")
    message_id = models.CharField(_("identifiant"), max_length=80)
    supplier_order = models.ForeignKey(
        SupplierOrder, models.PROTECT, related_name="messages", null=True
    )
    kind = models.CharField(_("message"), max_length=12, choices=MessageKind)
    at = models.DateTimeField(_("écrit le"))
    """By the supplier's clock: which of two messages is the newer."""
    body = models.JSONField(default=dict)
    outcome = models.CharField(_("suite"), max_length=8, choices=MessageOutcome)
    received_at = models.DateTimeField(_("reçu le"), default=timezone.now)
    by_text = models.CharField(_("par"), max_length=150, blank=True)

    objects = SupplierMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message d’un fournisseur")
        verbose_name_plural = _("messages des fournisseurs")
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "message_id"], name="supplier_message_once"
            ),
            models.CheckConstraint(name="supplier_message_has_an_id", condition=~Q(message_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.supplier}: {self.message_id}"


class Forecast(models.Model):
    """When a supplier says that something comes; ``product`` None: the whole order. The latest by
    the supplier's clock counts, so that messages may arrive in any order."""

    supplier_order = models.ForeignKey(SupplierOrder, models.CASCADE, related_name="forecasts")
    message = models.ForeignKey(SupplierMessage, models.PROTECT, related_name="+")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="forecasts", null=True, blank=True
    )
    quantity = models.PositiveIntegerField(_("nombre"), null=True, blank=True)
    on = models.DateField(_("prévu le"), null=True, blank=True)
    """None: a backorder without a day yet."""
    slot = models.CharField(_("créneau"), max_length=40, blank=True)
    at = models.DateTimeField(_("dit le"))

    class Meta:
        verbose_name = _("prévision d’un fournisseur")
        verbose_name_plural = _("prévisions des fournisseurs")
        ordering = [F("at").desc(), "-pk"]
        constraints = [
            models.CheckConstraint(
                name="forecast_says_something",
                condition=Q(on__isnull=False) | Q(product__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supplier_order}: {self.on}"

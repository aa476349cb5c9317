"""Deliveries (livraisons): announced by the supplier, counted and signed at the school."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.orders.market import Supplier
from inventory.grants.models.orders.purchases import Order, OrderItem
from inventory.grants.models.orders.supply import SupplierOrder
from inventory.models.counted import Counted
from inventory.models.deliveries import Delivery
from inventory.models.devices import Device
from schools.models import Site, User


class ShipmentState(models.TextChoices):
    """Where a delivery is."""

    ANNOUNCED = "announced", pgettext_lazy("delivery", "annoncée")
    ARRIVED = "arrived", pgettext_lazy("delivery", "à signer")
    SIGNED = "signed", pgettext_lazy("delivery", "reçue")
    CANCELLED = "cancelled", pgettext_lazy("delivery", "annulée")


TO_SIGN = (ShipmentState.ANNOUNCED, ShipmentState.ARRIVED)
"""A school signs what stands before it, whatever the supplier has said so far."""


class ShipmentQuerySet(models.QuerySet["Shipment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of orders that the person sees; a supplier's own."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        orders = Order.objects.visible_to(user).values("pk")
        mine = Supplier.objects.filter(people=user).values("pk")
        return self.filter(Q(order__in=orders) | Q(supplier__in=mine))

    def to_sign(self) -> Self:
        """Arrived, and nobody has signed."""
        return self.filter(state=ShipmentState.ARRIVED)


class Shipment(Counted):
    """What a delivery note (bon de livraison) says that one van brings to one site."""

    reference = models.CharField(_("bon de livraison"), max_length=40)
    supplier = models.ForeignKey(Supplier, models.PROTECT, related_name="shipments")
    supplier_order = models.ForeignKey(SupplierOrder, models.PROTECT, related_name="shipments")
    order = models.ForeignKey(Order, models.PROTECT, related_name="shipments")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    state = models.CharField(
        _("état"), max_length=10, choices=ShipmentState, default=ShipmentState.ANNOUNCED
    )
    planned_on = models.DateField(_("prévue le"), null=True, blank=True)
    slot = models.CharField(_("créneau"), max_length=40, blank=True)
    """In the supplier's words: « entre 09:00 et 12:00 »."""
    arrived_on = models.DateField(_("arrivée le"), null=True, blank=True)
    announced_at = models.DateTimeField(_("annoncée le"), default=timezone.now)

    objects = ShipmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("livraison d’un fournisseur")
        verbose_name_plural = _("livraisons des fournisseurs")
        ordering = ["-announced_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "reference"], name="shipment_once"),
            models.CheckConstraint(name="shipment_has_a_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="shipment_arrived_on_a_day",
                condition=Q(state__in=("announced", "cancelled")) | Q(arrived_on__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["site", "state"], name="shipment_by_site")]

    def __str__(self) -> str:
        return self.reference

    def days_unsigned(self, today: dt.date) -> int:
        """Since it arrived; 0 where it has not, or is signed."""
        if self.state != ShipmentState.ARRIVED or self.arrived_on is None:
            return 0
        return (today - self.arrived_on).days


class ShipmentLine(models.Model):
    """So many of an ordered product in a delivery; counted when it is signed."""

    shipment = models.ForeignKey(Shipment, models.CASCADE, related_name="lines")
    item = models.ForeignKey(OrderItem, models.PROTECT, related_name="shipped")
    announced = models.PositiveIntegerField(_("annoncés"))
    accepted = models.PositiveIntegerField(_("acceptés"), null=True, blank=True)
    """None until it is signed. Σ over an item never exceeds what was ordered: a trigger."""
    counted = models.PositiveIntegerField(_("comptés"), null=True, blank=True)
    """What somebody counted before signing; for accessories, which have no serial number."""

    class Meta:
        verbose_name = _("ligne d’une livraison")
        verbose_name_plural = _("lignes des livraisons")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "item"], name="shipment_line_once"),
            models.CheckConstraint(
                name="shipment_line_accepts_what_it_brings",
                condition=Q(accepted=None) | Q(accepted__lte=F("announced")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.announced} × {self.item.product}"


class PieceState(models.TextChoices):
    EXPECTED = "expected", _("attendue")
    ACCEPTED = "accepted", pgettext_lazy("piece", "acceptée")
    REFUSED = "refused", pgettext_lazy("piece", "refusée")


class RemarkKind(models.TextChoices):
    """Why a piece is not taken (réserve)."""

    DAMAGED = "damaged", _("abîmée")
    MISSING = "missing", _("manquante")
    WRONG = "wrong", _("pas la bonne")


class ShippedPiece(models.Model):
    """One device of a delivery, by its serial number where the supplier said it."""

    line = models.ForeignKey(ShipmentLine, models.CASCADE, related_name="pieces")
    serial = models.CharField(_("numéro de série"), max_length=60, null=True, blank=True)
    state = models.CharField(
        _("état"), max_length=8, choices=PieceState, default=PieceState.EXPECTED
    )
    seen_at = models.DateTimeField(_("vue le"), null=True, blank=True)
    scan_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    """Of the scan that saw it: sent again, it changes nothing."""
    device = models.OneToOneField(Device, models.SET_NULL, related_name="+", null=True, blank=True)

    class Meta:
        verbose_name = _("pièce livrée")
        verbose_name_plural = _("pièces livrées")
        ordering = ["line", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["serial"],
                condition=Q(state__in=("expected", "accepted")),
                name="piece_serial_once",
            ),
            models.CheckConstraint(
                name="piece_device_was_accepted", condition=Q(device=None) | Q(state="accepted")
            ),
        ]

    def __str__(self) -> str:
        return self.serial or str(self.line.item.product)


class ReceptionQuerySet(models.QuerySet["Reception"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(shipment__in=Shipment.objects.visible_to(user).values("pk"))


class Reception(models.Model):
    """The signature under a delivery: one, whoever else signs at the same moment. Never changed."""

    shipment = models.OneToOneField(Shipment, models.PROTECT, related_name="reception")
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    signed_by_text = models.CharField(_("signé par"), max_length=150)
    signed_at = models.DateTimeField(_("signé le"), default=timezone.now)
    note = models.CharField(_("remarque"), max_length=500, blank=True)
    arrival = models.OneToOneField(
        Delivery, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """The inventory's delivery: its labels are printed together. None: no device came of it."""
    content = models.JSONField(default=dict)
    """Lines, serial numbers and reservations, as they were signed."""
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64)
    consumed = models.DecimalField(
        _("consommé du droit"), max_digits=12, decimal_places=2, default=0
    )

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("réception")
        verbose_name_plural = _("réceptions")
        ordering = ["-signed_at", "-pk"]

    def __str__(self) -> str:
        return str(self.shipment)


class DeliveryRemark(models.Model):
    """A reservation made when signing; settled when the supplier took back or sent anew."""

    reception = models.ForeignKey(Reception, models.CASCADE, related_name="remarks")
    line = models.ForeignKey(ShipmentLine, models.CASCADE, related_name="+")
    kind = models.CharField(_("réserve"), max_length=8, choices=RemarkKind)
    quantity = models.PositiveIntegerField(_("nombre"), default=1)
    serial = models.CharField(_("numéro de série"), max_length=60, blank=True)
    note = models.CharField(_("précision"), max_length=300, blank=True)
    settled_at = models.DateTimeField(_("réglée le"), null=True, blank=True)
    settled_how = models.CharField(_("comment"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("réserve")
        verbose_name_plural = _("réserves")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(name="delivery_remark_counts", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.get_kind_display()}"

"""The market: suppliers, and the lots of contracts that cover kits (lots du marché)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.kits import Kit
from schools.models import User
from schools.models.scope import scope_of


def sees_market(user: User | AnonymousUser) -> bool:
    """Whoever has a role anywhere: the contracts of an administration are no secret."""
    return not scope_of(user).is_empty


class SupplierQuerySet(models.QuerySet["Supplier"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """All of them for whoever has a role; one's own for the people of a supplier."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if sees_market(user) else self.filter(people=user)


class Supplier(Counted):
    """Who delivers (fournisseur). ``people``: who may read its orders and send its messages."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    enterprise_number = models.CharField(_("numéro d’entreprise"), max_length=14, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    people = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("personnes")
    )

    objects = SupplierQuerySet.as_manager()

    class Meta:
        verbose_name = _("fournisseur")
        verbose_name_plural = _("fournisseurs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class MarketLotQuerySet(models.QuerySet["MarketLot"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As suppliers are."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self if sees_market(user) else self.filter(supplier__people=user)

    def in_force(self, on: dt.date) -> Self:
        """Those under which something may be ordered on that day."""
        return self.filter(starts_on__lte=on, ends_on__gte=on)

    def covering(self, kit: int, on: dt.date) -> Self:
        """Those in force that cover the kit, the latest to begin first."""
        return self.in_force(on).filter(kits__kit=kit).order_by("-starts_on", "-pk")


class MarketLot(Counted):
    """A lot of a public contract: who delivers what, from when to when, and how fast."""

    contract = models.CharField(_("numéro du marché"), max_length=40)
    number = models.PositiveSmallIntegerField(_("lot"), validators=[MinValueValidator(1)])
    title = models.CharField(_("intitulé"), max_length=120)
    supplier = models.ForeignKey(
        Supplier, models.PROTECT, related_name="lots", verbose_name=_("fournisseur")
    )
    starts_on = models.DateField(_("début"))
    ends_on = models.DateField(_("fin"))
    covers = models.CharField(_("ce qu’il couvre"), max_length=500, blank=True)
    delivery_days = models.PositiveSmallIntegerField(
        _("délai de livraison (jours)"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    """From the day the order leaves: a delivery after it is late."""

    objects = MarketLotQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot du marché")
        verbose_name_plural = _("lots du marché")
        ordering = ["-ends_on", "contract", "number"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "number"], name="market_lot_once"),
            models.CheckConstraint(
                name="market_lot_days_in_order", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="market_lot_delivers_within_a_year",
                condition=Q(number__gte=1, delivery_days__range=(1, 365)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract}/{self.number}"

    def is_in_force(self, on: dt.date) -> bool:
        """Whether something may be ordered under it on that day."""
        return self.starts_on <= on <= self.ends_on


class LotKit(models.Model):
    """That a lot covers a kit, whatever its version."""

    lot = models.ForeignKey(MarketLot, models.CASCADE, related_name="kits")
    kit = models.ForeignKey(Kit, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("kit d’un lot")
        verbose_name_plural = _("kits des lots")
        constraints = [models.UniqueConstraint(fields=["lot", "kit"], name="lot_kit_once")]

    def __str__(self) -> str:
        return f"{self.lot}: {self.kit}"

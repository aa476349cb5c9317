"""Kits of the catalogue (M40): named sets of products, in versions that freeze once they count."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Product


class Kit(models.Model):
    """A standard kit (kit), e.g. a trolley of 24 laptops. What it holds is said by its versions."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    purpose = models.CharField(_("à quoi il sert"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("kit")
        verbose_name_plural = _("kits")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EnergyClass(models.TextChoices):
    """Classes of the European energy label (Regulation (EU) 2017/1369)."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"
    F = "F", "F"
    G = "G", "G"


class KitVersionQuerySet(models.QuerySet["KitVersion"]):
    def frozen(self) -> Self:
        """Those that count: published, or kept by something that was granted."""
        return self.filter(frozen_at__isnull=False)

    def draft(self) -> Self:
        return self.filter(frozen_at__isnull=True)

    def offered(self, on: dt.date) -> Self:
        """Those that may be asked for on that day."""
        over = Q(valid_to__isnull=True) | Q(valid_to__gte=on)
        return self.frozen().filter(over, valid_from__lte=on)


class KitVersion(models.Model):
    """What a kit holds and costs over a span of days.

    A draft is written; once ``frozen_at`` is set, PostgreSQL refuses any change but the last day on
    which it is offered. Whatever grants a version freezes it: one conditional UPDATE, never undone.
    """

    kit = models.ForeignKey(Kit, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    price = models.DecimalField(
        _("prix (EUR, TVA comprise)"),
        max_digits=10,
        decimal_places=2,
        validators=[MinValueValidator(0)],
    )
    valid_from = models.DateField(_("proposé dès le"))
    valid_to = models.DateField(_("proposé jusqu’au"), null=True, blank=True)
    notes = models.CharField(_("remarque"), max_length=500, blank=True)
    warranty_months = models.PositiveSmallIntegerField(_("garantie (mois)"), default=24)
    repairability = models.DecimalField(
        _("indice de réparabilité (sur 10)"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(10)],
    )
    """As the maker publishes it, from 0 to 10; of the main product."""
    energy_class = models.CharField(
        _("classe énergétique"), max_length=1, choices=EnergyClass, blank=True
    )
    annual_kwh = models.PositiveIntegerField(_("consommation (kWh par an)"), null=True, blank=True)
    """Of the whole kit, in a year of school use."""
    support_ends_on = models.DateField(
        _("mises à jour de sécurité jusqu’au"), null=True, blank=True
    )
    frozen_at = models.DateTimeField(_("figé le"), null=True, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, editable=False
    )
    products = models.ManyToManyField(Product, through="KitItem", related_name="kit_versions")

    objects = KitVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version d’un kit")
        verbose_name_plural = _("versions des kits")
        ordering = ["kit", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kit", "number"], name="kit_version_once"),
            models.UniqueConstraint(
                fields=["kit"], condition=Q(frozen_at=None), name="one_draft_per_kit"
            ),
            models.CheckConstraint(
                name="kit_version_days_in_order",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
            models.CheckConstraint(name="kit_version_costs", condition=Q(price__gte=0)),
            models.CheckConstraint(
                name="kit_version_repairability",
                condition=Q(repairability=None) | Q(repairability__range=(0, 10)),
            ),
            models.CheckConstraint(
                name="kit_version_warranty", condition=Q(warranty_months__lte=240)
            ),
            ExclusionConstraint(
                name="kit_versions_follow_one_another",
                condition=Q(frozen_at__isnull=False),
                expressions=[
                    ("kit", RangeOperators.EQUAL),
                    (
                        Func(
                            "valid_from",
                            "valid_to",
                            RangeBoundary(inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return _now("%(kit)s, version %(n)d") % {"kit": self.kit, "n": self.number}

    @property
    def is_frozen(self) -> bool:
        return self.frozen_at is not None


class KitItem(models.Model):
    """So many of a product in a version of a kit."""

    version = models.ForeignKey(KitVersion, models.CASCADE, related_name="items")
    product = models.ForeignKey(Product, models.PROTECT, related_name="kit_items")
    quantity = models.PositiveSmallIntegerField(_("nombre"), default=1)
    accessory = models.BooleanField(_("accessoire"), default=False)
    """Counted when it arrives (a charger, a cable); never a device of the inventory."""

    class Meta:
        verbose_name = _("contenu d’un kit")
        verbose_name_plural = _("contenus des kits")
        ordering = ["version", "product__category", "product__maker", "product__model"]
        constraints = [
            models.UniqueConstraint(fields=["version", "product"], name="kit_item_once"),
            models.CheckConstraint(name="kit_item_counts", condition=Q(quantity__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product}"

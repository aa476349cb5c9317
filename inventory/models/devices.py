"""Devices of a site, as the register intends them. What the network says lives in supervision."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.catalogue import Product
from schools.models import Room, Site, User
from schools.models.scope import scope_of, sites_q


class DeviceState(models.TextChoices):
    """Where a device is in its life."""

    ORDERED = "ordered", _("commandé")
    IN_STOCK = "in_stock", _("en stock")
    INSTALLED = "installed", _("installé")
    IN_REPAIR = "in_repair", _("en réparation")
    RETIRED = "retired", pgettext_lazy("device", "retiré")


class DeviceQuerySet(models.QuerySet["Device"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def installed(self) -> Self:
        return self.filter(state=DeviceState.INSTALLED)


class Device(models.Model):
    """One piece of equipment. Identity with evidence: serial > MAC > management address > name."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="devices")
    room = models.ForeignKey(Room, models.SET_NULL, related_name="devices", null=True, blank=True)
    product = models.ForeignKey(Product, models.PROTECT, related_name="devices")
    name = models.CharField(_("nom"), max_length=60)
    serial = models.CharField(_("numéro de série"), max_length=60, null=True, blank=True)
    asset_number = models.CharField(_("étiquette"), max_length=30, null=True, blank=True)
    mac = models.CharField(_("adresse MAC"), max_length=17, null=True, blank=True)
    state = models.CharField(
        _("situation"), max_length=12, choices=DeviceState, default=DeviceState.INSTALLED
    )
    installed_on = models.DateField(_("installé le"), null=True, blank=True)
    warranty_until = models.DateField(_("garantie jusqu’au"), null=True, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("équipement")
        verbose_name_plural = _("équipements")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="device_name_once_per_site"),
            models.UniqueConstraint(fields=["serial"], name="device_serial_once"),
            models.UniqueConstraint(fields=["asset_number"], name="device_asset_number_once"),
            models.CheckConstraint(
                name="device_mac_is_canonical",
                condition=Q(mac__isnull=True) | Q(mac__regex=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomCoverage(models.Model):
    """Which access point serves which room, as declared."""

    access_point = models.ForeignKey(Device, models.CASCADE, related_name="coverages")
    room = models.ForeignKey(Room, models.CASCADE, related_name="coverages")

    class Meta:
        verbose_name = _("couverture WiFi")
        verbose_name_plural = _("couvertures WiFi")
        constraints = [
            models.UniqueConstraint(fields=["access_point", "room"], name="coverage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.access_point} → {self.room}"

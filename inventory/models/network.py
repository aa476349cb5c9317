"""Ports and the links between them: the topology that the register intends."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.devices import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q


class PortKind(models.TextChoices):
    COPPER = "copper", _("cuivre")
    FIBRE = "fibre", _("fibre")
    RADIO = "radio", _("radio")
    VIRTUAL = "virtual", _("virtuel")


class PortQuerySet(models.QuerySet["Port"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))


class Port(models.Model):
    """A port, known by its normalised ifName (IF-MIB); ifIndex is an attribute and may change."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="ports")
    name = models.CharField(_("nom"), max_length=40)
    number = models.PositiveSmallIntegerField(_("numéro"), default=0)
    if_index = models.PositiveIntegerField("ifIndex", null=True, blank=True)
    kind = models.CharField(_("type"), max_length=8, choices=PortKind, default=PortKind.COPPER)
    speed_mbps = models.PositiveIntegerField(_("débit (Mbit/s)"), null=True, blank=True)
    poe = models.BooleanField("PoE", default=False)

    objects = PortQuerySet.as_manager()

    class Meta:
        verbose_name = _("port")
        verbose_name_plural = _("ports")
        ordering = ["device", "number", "name"]
        constraints = [
            models.UniqueConstraint(fields=["device", "name"], name="port_name_once_per_device"),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.name}"


class LinkKind(models.TextChoices):
    CABLE = "cable", _("câble")
    FIBRE = "fibre", _("fibre optique")
    RADIO = "radio", _("pont radio")


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "port_a__device__site"))


class Link(models.Model):
    """A cable between two ports, stored once: the smaller port first. A port has one link at most.

    That no port stands in ``port_a`` of one link and ``port_b`` of another is kept by a trigger.
    """

    port_a = models.OneToOneField(Port, models.CASCADE, related_name="link_a")
    port_b = models.OneToOneField(Port, models.CASCADE, related_name="link_b")
    kind = models.CharField(_("type"), max_length=8, choices=LinkKind, default=LinkKind.CABLE)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        constraints = [
            models.CheckConstraint(
                name="link_smaller_port_first", condition=Q(port_a__lt=F("port_b"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.port_a} ↔ {self.port_b}"

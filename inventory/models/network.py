"""Ports and the links between them: the topology that the register intends."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.devices import Device
from inventory.models.vlans import Vlan
from schools.models import User
from schools.models.scope import scope_of, sites_q


class PortKind(models.TextChoices):
    COPPER = "copper", _("cuivre")
    FIBRE = "fibre", _("fibre")
    RADIO = "radio", _("radio")
    VIRTUAL = "virtual", _("virtuel")


class Side(models.TextChoices):
    """Of a patch panel or a wall socket: what comes in in front goes on behind."""

    OWN = "", _("prise d’un équipement")
    FRONT = "front", _("avant")
    REAR = "rear", _("arrière")


class PortQuerySet(models.QuerySet["Port"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))


class Port(Counted):
    """A port, known by its normalised ifName (IF-MIB); ifIndex is an attribute and may change.

    The front and the rear of a panel's position are two ports with one number: that they belong
    together needs no third row.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="ports")
    name = models.CharField(_("nom"), max_length=40)
    plain = models.GeneratedField(
        expression=models.Func(F("name"), function="inventory_plain_port"),
        output_field=models.CharField(max_length=40),
        db_persist=True,
    )
    """The name as ``rules.identity.plain_port`` writes it: ``Gi1/0/1`` however it is spelt."""
    number = models.PositiveSmallIntegerField(_("numéro"), default=0)
    if_index = models.PositiveIntegerField("ifIndex", null=True, blank=True)
    kind = models.CharField(_("type"), max_length=8, choices=PortKind, default=PortKind.COPPER)
    speed_mbps = models.PositiveIntegerField(_("débit (Mbit/s)"), null=True, blank=True)
    poe = models.BooleanField("PoE", default=False)
    side = models.CharField(_("côté"), max_length=5, choices=Side, default=Side.OWN, blank=True)
    description = models.CharField(_("description"), max_length=120, blank=True)
    access_vlan = models.ForeignKey(
        Vlan,
        models.PROTECT,
        verbose_name=_("VLAN non étiqueté"),
        related_name="access_ports",
        null=True,
        blank=True,
    )
    """Untagged: of what is plugged in, or the native one of a trunk. Of the device's site."""
    trunk_vlans = models.ManyToManyField(
        Vlan, verbose_name=_("VLAN étiquetés"), related_name="trunk_ports", blank=True
    )

    objects = PortQuerySet.as_manager()

    class Meta:
        verbose_name = _("port")
        verbose_name_plural = _("ports")
        ordering = ["device", "number", "name"]
        constraints = [
            models.UniqueConstraint(fields=["device", "name"], name="port_name_once_per_device"),
            models.UniqueConstraint(fields=["device", "plain"], name="port_once_per_device"),
            models.UniqueConstraint(
                fields=["device", "number", "side"],
                condition=~Q(side=""),
                name="panel_position_once_per_side",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device} {self.name}"


class LinkKind(models.TextChoices):
    CABLE = "cable", _("câble")
    FIBRE = "fibre", _("fibre optique")
    RADIO = "radio", _("pont radio")


class LinkRole(models.TextChoices):
    """What a link carries, as people planned it."""

    ACCESS = "access", _("raccordement")
    UPLINK = "uplink", _("lien montant")
    BACKBONE = "backbone", _("dorsale")


class CableType(models.TextChoices):
    """Categories of ISO/IEC 11801."""

    UNKNOWN = "", _("inconnu")
    CAT5E = "cat5e", _("cuivre Cat 5e")
    CAT6 = "cat6", _("cuivre Cat 6")
    CAT6A = "cat6a", _("cuivre Cat 6a")
    CAT7 = "cat7", _("cuivre Cat 7")
    OM3 = "om3", _("fibre multimode OM3")
    OM4 = "om4", _("fibre multimode OM4")
    OS2 = "os2", _("fibre monomode OS2")


class CableColour(models.TextChoices):
    """Colours of jackets."""

    UNKNOWN = "", _("non noté")
    GREY = "grey", _("gris")
    BLUE = "blue", _("bleu")
    GREEN = "green", _("vert")
    YELLOW = "yellow", _("jaune")
    ORANGE = "orange", _("orange")
    RED = "red", _("rouge")
    BLACK = "black", _("noir")
    WHITE = "white", _("blanc")
    VIOLET = "violet", _("violet")


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "port_a__device__site"))


class Link(Counted):
    """A cable between two ports, stored once: the smaller port first. A port has one link at most.

    That no port stands in ``port_a`` of one link and ``port_b`` of another is kept by a trigger.
    """

    port_a = models.OneToOneField(Port, models.CASCADE, related_name="link_a")
    port_b = models.OneToOneField(Port, models.CASCADE, related_name="link_b")
    kind = models.CharField(_("type"), max_length=8, choices=LinkKind, default=LinkKind.CABLE)
    role = models.CharField(_("rôle"), max_length=8, choices=LinkRole, default=LinkRole.ACCESS)
    label = models.CharField(_("étiquette"), max_length=40, blank=True)
    cable = models.CharField(_("câble"), max_length=5, choices=CableType, default="", blank=True)
    colour = models.CharField(
        _("couleur"), max_length=6, choices=CableColour, default="", blank=True
    )
    length_m = models.DecimalField(
        _("longueur (m)"), max_digits=6, decimal_places=1, null=True, blank=True
    )

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien")
        verbose_name_plural = _("liens")
        constraints = [
            models.CheckConstraint(
                name="link_smaller_port_first", condition=Q(port_a__lt=F("port_b"))
            ),
            models.CheckConstraint(
                name="link_length_is_positive",
                condition=Q(length_m__isnull=True) | Q(length_m__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.port_a} ↔ {self.port_b}"

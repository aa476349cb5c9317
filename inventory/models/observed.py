"""What the network says is there. Never edited by hand, never deleted: what vanishes is marked."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.catalogue import Category
from inventory.models.devices import Device
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class Via(models.TextChoices):
    """Who told of it."""

    SNMP = "snmp", _("lui-même")
    CONTROLLER = "controller", _("son contrôleur")
    STACK = "stack", _("sa pile")


class MatchedBy(models.TextChoices):
    """By which evidence it was matched with a device of the register."""

    SERIAL = "serial", _("numéro de série")
    MAC = "mac", _("adresse MAC")
    ADDRESS = "address", _("adresse de gestion")
    NAME = "name", _("nom")
    PERSON = "person", _("une personne")


class ObservedDeviceQuerySet(models.QuerySet["ObservedDevice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def present(self) -> Self:
        """Those that were there at the last look."""
        return self.filter(missing_since__isnull=True)


class ObservedDevice(models.Model):
    """A device as it was seen at a site, with the evidence of each fact."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    device = models.ForeignKey(
        Device, models.SET_NULL, related_name="observations", null=True, blank=True
    )
    matched_by = models.CharField(
        _("reconnu par"), max_length=8, choices=MatchedBy, blank=True, default=""
    )
    via = models.CharField(_("vu par"), max_length=10, choices=Via)
    parent = models.ForeignKey("self", models.SET_NULL, related_name="parts", null=True, blank=True)
    family = models.CharField(max_length=40, blank=True)
    maker = models.CharField(_("marque"), max_length=60, blank=True)
    category = models.CharField(
        _("catégorie"), max_length=16, choices=Category, default=Category.OTHER
    )
    profile = models.CharField(_("profil"), max_length=40, blank=True)
    model = models.CharField(_("modèle"), max_length=100, blank=True)
    hardware = models.CharField(_("se nomme"), max_length=200, blank=True)
    version = models.CharField(_("version"), max_length=200, blank=True)
    accepted_version = models.CharField(_("version admise"), max_length=200, blank=True)
    serial = models.CharField(_("numéro de série"), max_length=60, null=True, blank=True)
    mac = models.CharField(_("adresse MAC"), max_length=17, null=True, blank=True)
    macs = models.JSONField(_("adresses MAC"), default=list)
    address = models.GenericIPAddressField(_("adresse"), null=True, blank=True)
    name = models.CharField(_("nom annoncé"), max_length=120, blank=True)
    descr = models.CharField(max_length=200, blank=True)
    object_id = models.CharField(max_length=255, blank=True)
    evidence = models.JSONField(_("preuves"), default=dict)
    """Fact → OID, ``sysDescr``, ``ENTITY-MIB`` …"""
    facts = models.JSONField(_("faits"), default=dict)
    conflict = models.JSONField(_("contradiction"), default=list)
    """Pairs (evidence, device) that contradict each other; empty when nothing does."""
    first_seen_at = models.DateTimeField(_("vu la première fois"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("vu la dernière fois"), default=timezone.now)
    missing_since = models.DateTimeField(_("absent depuis"), null=True, blank=True)

    objects = ObservedDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("équipement observé")
        verbose_name_plural = _("équipements observés")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "serial"],
                condition=Q(serial__isnull=False),
                name="observed_serial_once_per_site",
            ),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(device__isnull=False),
                name="observed_once_per_device",
            ),
        ]
        indexes = [
            models.Index(fields=["site", "last_seen_at"], name="observed_by_site"),
            models.Index(fields=["mac"], name="observed_by_mac"),
        ]

    def __str__(self) -> str:
        return self.name or " ".join(filter(None, (self.maker, self.model))) or str(self.address)


class ObservedPartQuerySet(models.QuerySet["ObservedPort"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "observed__site"))


class ObservedPort(models.Model):
    """A port as the device tells it, known by its normalised ifName."""

    observed = models.ForeignKey(ObservedDevice, models.CASCADE, related_name="ports")
    name = models.CharField(_("nom"), max_length=60)
    if_index = models.PositiveIntegerField("ifIndex", null=True, blank=True)
    descr = models.CharField(max_length=200, blank=True)
    alias = models.CharField(_("libellé"), max_length=200, blank=True)
    mac = models.CharField(_("adresse MAC"), max_length=17, blank=True)
    speed_mbps = models.PositiveIntegerField(_("débit (Mbit/s)"), null=True, blank=True)
    oper = models.CharField(_("état"), max_length=16, blank=True)
    physical = models.BooleanField(_("prise"), default=False)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    missing_since = models.DateTimeField(null=True, blank=True)

    objects = ObservedPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("port observé")
        verbose_name_plural = _("ports observés")
        ordering = ["observed", "if_index", "name"]
        constraints = [
            models.UniqueConstraint(fields=["observed", "name"], name="observed_port_once"),
        ]

    def __str__(self) -> str:
        return f"{self.observed} {self.name}"


class ObservedNeighbourQuerySet(models.QuerySet["ObservedNeighbour"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "observed__site"))


class ObservedNeighbour(models.Model):
    """Who was heard on a port, as told, and who that is. The two stand apart: the raw words stay
    when the resolution changes."""

    observed = models.ForeignKey(ObservedDevice, models.CASCADE, related_name="neighbours")
    local_port = models.CharField(_("port"), max_length=60)
    protocol = models.CharField(max_length=4)
    chassis = models.CharField(max_length=80, blank=True)
    port = models.CharField(_("port opposé"), max_length=80, blank=True)
    name = models.CharField(_("nom annoncé"), max_length=120, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    platform = models.CharField(max_length=200, blank=True)
    device = models.ForeignKey(Device, models.SET_NULL, related_name="+", null=True, blank=True)
    resolved_by = models.CharField(max_length=8, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    missing_since = models.DateTimeField(null=True, blank=True)

    objects = ObservedNeighbourQuerySet.as_manager()

    class Meta:
        verbose_name = _("voisin observé")
        verbose_name_plural = _("voisins observés")
        constraints = [
            models.UniqueConstraint(
                fields=["observed", "local_port", "protocol", "chassis", "name"],
                name="observed_neighbour_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_port} → {self.name or self.chassis}"

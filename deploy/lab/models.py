"""The faults of the lab. One table, so that page, command and simulated devices agree."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of


class Kind(models.TextChoices):
    """``deploy.lab.rules.FaultKind`` with words for people."""

    UNPLUG = "unplug", _("débranché")
    UPLINK_CUT = "uplink_cut", _("liaison coupée")
    SLOW = "slow", _("lent")
    REBOOT = "reboot", _("redémarrage")
    WRONG_CREDENTIALS = "wrong_credentials", _("identifiants changés")
    FLAPPING = "flapping", _("lien instable")
    POWER_CUT = "power_cut", _("courant coupé")
    THRESHOLD = "threshold", _("seuil dépassé")
    PORT_DOWN = "port_down", _("port fermé")
    BY_HAND = "by_hand", _("configuration changée à la main")


class FaultQuerySet(models.QuerySet["Fault"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The lab is the central helpdesk's."""
        central = frozenset({RoleKind.CENTRAL_TECHNICIAN.value})
        return self if scope_of(user, central).region else self.none()

    def live(self) -> Self:
        """Faults in force."""
        return self.filter(ended_at=None)


class Fault(models.Model):
    """A fault that somebody made, of one device or of a whole site. Never deleted."""

    kind = models.CharField(_("panne"), max_length=20, choices=Kind)
    device = models.ForeignKey(Device, models.CASCADE, related_name="+", null=True, blank=True)
    site = models.ForeignKey(Site, models.CASCADE, related_name="+", null=True, blank=True)
    port = models.CharField(_("port"), max_length=40, blank=True)
    params = models.JSONField(_("paramètres"), default=dict, blank=True)
    began_at = models.DateTimeField(_("depuis"), default=timezone.now)
    ended_at = models.DateTimeField(_("jusqu’à"), null=True, blank=True)

    objects = FaultQuerySet.as_manager()

    class Meta:
        verbose_name = _("panne simulée")
        verbose_name_plural = _("pannes simulées")
        ordering = ["-began_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="fault_of_a_device_or_a_site",
                condition=Q(device__isnull=False, site=None) | Q(device=None, site__isnull=False),
            ),
            models.CheckConstraint(
                name="fault_names_a_port_when_it_has_one",
                condition=(Q(kind="port_down") & ~Q(port="")) | (~Q(kind="port_down") & Q(port="")),
            ),
            models.CheckConstraint(
                name="fault_ends_after_it_begins",
                condition=Q(ended_at=None) | Q(ended_at__gte=F("began_at")),
            ),
            models.UniqueConstraint(
                fields=["device", "kind", "port"],
                condition=Q(ended_at=None, device__isnull=False),
                name="one_live_fault_of_a_kind_per_device",
            ),
            models.UniqueConstraint(
                fields=["site", "kind"],
                condition=Q(ended_at=None, site__isnull=False),
                name="one_live_fault_of_a_kind_per_site",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.device or self.site} · {self.get_kind_display()}"

"""The virtual networks of a site (VLAN, IEEE 802.1Q) and the WiFi networks that open on them."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal

LARGEST_VID = 4094
"""IEEE 802.1Q keeps 0 and 4095 for itself."""
SSID_BYTES = 32
"""IEEE 802.11: an SSID is 0 to 32 octets; an empty one names nothing."""


class Purpose(models.TextChoices):
    """What a VLAN is for. Rules for equipment follow from it."""

    MANAGEMENT = "management", _("gestion du réseau")
    TEACHING = "teaching", _("pédagogie")
    ADMINISTRATION = "administration", _("administration")
    BYOD = "byod", _("appareils personnels")
    GUESTS = "guests", _("invités")
    VOICE = "voice", _("téléphonie")
    OTHER = "other", _("autre usage")


class VlanQuerySet(models.QuerySet["Vlan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Vlan(Counted):
    """A virtual network of a site (VLAN): its number is the site's own."""

    site = models.ForeignKey(
        Site, models.CASCADE, verbose_name=_("implantation"), related_name="vlans"
    )
    vid = models.PositiveSmallIntegerField(
        _("numéro"), validators=[MinValueValidator(1), MaxValueValidator(LARGEST_VID)]
    )
    name = models.CharField(_("nom"), max_length=32)
    purpose = models.CharField(_("usage"), max_length=16, choices=Purpose, default=Purpose.OTHER)

    objects = VlanQuerySet.as_manager()

    class Meta:
        verbose_name = "VLAN"
        verbose_name_plural = "VLAN"
        ordering = ["site", "vid"]
        constraints = [
            models.UniqueConstraint(fields=["site", "vid"], name="vlan_vid_once_per_site"),
            models.UniqueConstraint(fields=["site", "name"], name="vlan_name_once_per_site"),
            models.UniqueConstraint(fields=["id", "site"], name="vlan_and_its_site"),
            models.CheckConstraint(
                name="vlan_vid_is_possible", condition=Q(vid__range=(1, LARGEST_VID))
            ),
            models.CheckConstraint(name="vlan_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return f"{self.vid} {self.name}"


class Security(models.TextChoices):
    """How a WiFi network lets people in."""

    OPEN = "open", _("ouvert")
    WPA2_PERSONAL = "wpa2_personal", _("WPA2, mot de passe commun")
    WPA2_ENTERPRISE = "wpa2_enterprise", _("WPA2, compte personnel (802.1X)")
    WPA3_PERSONAL = "wpa3_personal", _("WPA3, mot de passe commun")
    WPA3_ENTERPRISE = "wpa3_enterprise", _("WPA3, compte personnel (802.1X)")


PERSONAL = (Security.WPA2_PERSONAL, Security.WPA3_PERSONAL)
"""Those that need one passphrase for all."""


class Band(models.TextChoices):
    """On which frequencies a WiFi network is announced."""

    BOTH = "both", _("toutes les bandes")
    GHZ_2_4 = "2.4", _("2,4 GHz")
    GHZ_5 = "5", _("5 GHz")
    GHZ_6 = "6", _("6 GHz")


class SsidQuerySet(models.QuerySet["Ssid"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def on_air(self) -> Self:
        """Those that access points should announce."""
        return self.filter(enabled=True)


class Ssid(Counted):
    """A WiFi network of a site (réseau WiFi). Its passphrase is sealed and shown by no door."""

    site = models.ForeignKey(
        Site, models.CASCADE, verbose_name=_("implantation"), related_name="ssids"
    )
    name = models.CharField(_("nom"), max_length=SSID_BYTES)
    vlan = models.ForeignKey(Vlan, models.PROTECT, verbose_name="VLAN", related_name="ssids")
    """Of the same site: a foreign key on both columns says so."""
    security = models.CharField(
        _("accès"), max_length=16, choices=Security, default=Security.WPA2_ENTERPRISE
    )
    enabled = models.BooleanField(_("en service"), default=True)
    hidden = models.BooleanField(_("nom masqué"), default=False)
    band = models.CharField(_("bande"), max_length=4, choices=Band, default=Band.BOTH)
    sealed = models.TextField(editable=False, blank=True, default="")

    objects = SsidQuerySet.as_manager()

    class Meta:
        verbose_name = _("réseau WiFi")
        verbose_name_plural = _("réseaux WiFi")
        ordering = ["site", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="ssid_name_once_per_site"),
            models.CheckConstraint(name="ssid_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(
                name="ssid_fits_in_32_bytes",
                condition=LessThanOrEqual(
                    models.Func(
                        Cast(F("name"), models.TextField()),
                        function="octet_length",
                        output_field=models.IntegerField(),
                    ),
                    SSID_BYTES,
                ),
                violation_error_message=_("Ce nom dépasse 32 octets. Raccourcissez-le."),
            ),
            models.CheckConstraint(
                name="ssid_passphrase_only_where_common",
                condition=Q(sealed="") | Q(security__in=["wpa2_personal", "wpa3_personal"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Whether one passphrase opens it for all."""
        return self.security in PERSONAL

    @property
    def has_passphrase(self) -> bool:
        return bool(self.sealed)

    def set_passphrase(self, passphrase: str) -> None:
        """Seal it; an empty one takes it away. The row is not saved."""
        self.sealed = seal({"passphrase": passphrase}) if passphrase else ""

    def passphrase(self) -> str:
        """For rendering configurations only. Raises ImproperlyConfigured with another key."""
        return str(unseal(self.sealed)["passphrase"]) if self.sealed else ""

    def clean(self) -> None:
        if self.vlan_id and self.vlan.site_id != self.site_id:
            raise ValidationError({"vlan": _now("Ce VLAN est celui d’une autre implantation.")})

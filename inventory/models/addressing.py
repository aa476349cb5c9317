"""Addresses of a site: the prefixes of its LAN, and who has which address."""

from __future__ import annotations

import ipaddress
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.devices import Device
from inventory.models.network import Port
from inventory.models.vlans import Vlan
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def network_of(text: str) -> Network:
    """A prefix in canonical form. Raises ValidationError for host bits and for what is none."""
    try:
        return ipaddress.ip_network(text.strip())
    except ValueError:
        raise ValidationError(
            _now("« %(text)s » n’est pas un préfixe. Exemple : 10.20.4.0/24.") % {"text": text}
        ) from None


class CidrField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL ``cidr``; in Python an ``ipaddress`` network."""

    def db_type(self, connection: Any) -> str:
        return "cidr"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Network | None:
        return self.to_python(value)

    def to_python(self, value: Any) -> Network | None:
        if value is None or isinstance(value, ipaddress.IPv4Network | ipaddress.IPv6Network):
            return value
        return network_of(str(value))

    def get_prep_value(self, value: Any) -> Network | None:
        return self.to_python(value)

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj))


class PrefixRole(models.TextChoices):
    """What a prefix is for."""

    LAN = "lan", _("réseau local")
    MANAGEMENT = "management", _("gestion")
    LINK = "link", _("liaison avec l’opérateur")
    OTHER = "other", _("autre usage")


class PrefixQuerySet(models.QuerySet["Prefix"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Prefix(Counted):
    """A prefix of a site (préfixe). Devices are reached by address: one address, one site.

    Two never overlap, wherever they are. PostgreSQL keeps the gateway and the DHCP range within.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    cidr = CidrField(_("préfixe"))
    vlan = models.ForeignKey(
        Vlan,
        models.PROTECT,
        verbose_name="VLAN",
        related_name="prefixes",
        null=True,
        blank=True,
    )
    """Of the same site: a foreign key on both columns says so."""
    role = models.CharField(_("rôle"), max_length=10, choices=PrefixRole, default=PrefixRole.LAN)
    gateway = models.GenericIPAddressField(_("passerelle"), null=True, blank=True)
    dhcp_first = models.GenericIPAddressField(_("DHCP, de"), null=True, blank=True)
    dhcp_last = models.GenericIPAddressField(_("DHCP, à"), null=True, blank=True)
    notes = models.CharField(_("remarque"), max_length=200, blank=True)

    objects = PrefixQuerySet.as_manager()

    class Meta:
        verbose_name = _("préfixe")
        verbose_name_plural = _("préfixes")
        ordering = ["cidr"]
        constraints = [
            ExclusionConstraint(
                name="prefix_overlaps_no_other",
                expressions=[(OpClass("cidr", name="inet_ops"), RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return str(self.cidr)


SEARCHED = 4096
"""Addresses of the largest prefix that discovery walks through; an IPv6 /64 it cannot."""


def prefixes_to_search(site: Site) -> list[str]:
    """Where discovery looks unless told: the site's management prefixes, else its local ones.

    Equipment answers there; a pupil's device in another VLAN is nobody's to ask.
    """
    rows = [
        prefix
        for prefix in Prefix.objects.filter(site=site)
        if prefix.cidr.num_addresses <= SEARCHED
    ]
    managed = [prefix for prefix in rows if prefix.role == PrefixRole.MANAGEMENT]
    return [str(prefix) for prefix in managed or rows]


class IpAddressQuerySet(models.QuerySet["IpAddress"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class IpAddress(Counted):
    """One address of a site, given to a device or kept (adresse IP). Once in the whole Region.

    It lies in a prefix of its site, or ``outside_why`` says why not; triggers keep that, and that
    device and port are of the site.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    address = models.GenericIPAddressField(_("adresse"), unique=True)
    device = models.ForeignKey(
        Device,
        models.CASCADE,
        verbose_name=_("équipement"),
        related_name="ip_addresses",
        null=True,
        blank=True,
    )
    port = models.ForeignKey(
        Port,
        models.SET_NULL,
        verbose_name=_("port"),
        related_name="ip_addresses",
        null=True,
        blank=True,
    )
    name = models.CharField(_("nom ou usage"), max_length=120, blank=True)
    is_management = models.BooleanField(_("adresse de gestion"), default=False)
    outside_why = models.CharField(_("hors préfixe, parce que"), max_length=200, blank=True)

    objects = IpAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("adresse IP")
        verbose_name_plural = _("adresses IP")
        ordering = ["address"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(is_management=True),
                name="management_address_once_per_device",
            ),
            models.CheckConstraint(
                name="management_address_of_a_device",
                condition=Q(is_management=False) | Q(device__isnull=False),
            ),
            models.CheckConstraint(
                name="address_port_of_a_device",
                condition=Q(port__isnull=True) | Q(device__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["site", "address"], name="address_by_site")]

    def __str__(self) -> str:
        return str(self.address)

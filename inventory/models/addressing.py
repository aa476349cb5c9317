"""Addresses of a site: the prefixes of its LAN. Two never overlap, wherever they are."""

from __future__ import annotations

import ipaddress
from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

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


class PrefixQuerySet(models.QuerySet["Prefix"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Prefix(models.Model):
    """A prefix of a site (préfixe). Devices are reached by address: one address, one site."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    cidr = CidrField(_("préfixe"))

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

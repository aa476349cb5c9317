"""What the RADIUS server answered to each device, and why."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.network.nas import NETWORK_READERS, Nas
from byod.models.network.policies import Segment
from byod.models.network.rules import Who
from byod.models.people.devices import Credential
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class AuthOutcome(models.TextChoices):
    ACCEPTED = "accepted", pgettext_lazy("network", "accepté")
    QUARANTINED = "quarantined", pgettext_lazy("network", "en quarantaine")
    REJECTED = "rejected", pgettext_lazy("network", "refusé")


class AuthEventQuerySet(models.QuerySet["AuthEvent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, NETWORK_READERS), "site"))


class AuthEvent(models.Model):
    """One answer to one device, in a table partitioned by month (plain SQL in the migration).

    A wrong identity may be somebody's name, typed by mistake: only its realm is kept.
    """

    pk = models.CompositePrimaryKey("number", "at")
    number = models.BigIntegerField()
    """Of a sequence; unique."""
    at = models.DateTimeField()
    site = models.ForeignKey(Site, models.DO_NOTHING, related_name="+", db_constraint=False)
    nas = models.ForeignKey(Nas, models.DO_NOTHING, related_name="+", db_constraint=False)
    credential = models.ForeignKey(
        Credential, models.DO_NOTHING, related_name="+", db_constraint=False, null=True
    )
    outcome = models.CharField(max_length=12, choices=AuthOutcome)
    reason = models.CharField(max_length=20)
    """A word of ``rules.network.reasons``."""
    who = models.CharField(max_length=8, choices=Who)
    segment = models.CharField(max_length=10, choices=Segment)
    vid = models.PositiveSmallIntegerField(null=True)
    method = models.CharField(max_length=12)
    """``TLS``, ``TTLS``, ``PEAP``, ``PAP``."""
    realm = models.CharField(max_length=80)
    mac_end = models.CharField(max_length=5)
    """Last two octets, ``3f:a2``: enough to recognise the phone in one's hand."""
    access_point = models.CharField(max_length=64)
    cached = models.BooleanField(default=False)

    objects = AuthEventQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "byod_authevent"
        ordering = ["-at"]
        verbose_name = _("tentative d’accès")
        verbose_name_plural = _("tentatives d’accès")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.outcome} {self.reason}"

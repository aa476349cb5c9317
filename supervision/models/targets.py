"""What we poll, with which credential, and the traps that arrive."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q
from schools.sealed import seal, unseal
from supervision.snmp.contract import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    UsmUser,
)


class CredentialVersion(models.TextChoices):
    V2C = "2c", "SNMPv2c"
    V3 = "3", "SNMPv3"


class CredentialSet(models.Model):
    """An SNMP credential, write-only: its secret is sealed and no door shows it again."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    version = models.CharField(_("version"), max_length=2, choices=CredentialVersion)
    sealed = models.TextField(editable=False)
    changed_at = models.DateTimeField(_("changé le"), default=timezone.now)

    class Meta:
        verbose_name = _("identifiants SNMP")
        verbose_name_plural = _("identifiants SNMP")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_version_display()})"

    def store(self, credential: Credential) -> None:
        """Seal a credential into this row (not yet saved)."""
        if isinstance(credential, Community):
            self.version = CredentialVersion.V2C
            self.sealed = seal({"community": credential.community})
            return
        self.version = CredentialVersion.V3
        self.sealed = seal(
            {
                "user": credential.user,
                "auth_protocol": credential.auth_protocol.value,
                "auth_password": credential.auth_password,
                "priv_protocol": credential.priv_protocol and credential.priv_protocol.value,
                "priv_password": credential.priv_password,
                "context": credential.context,
            }
        )

    def credential(self) -> Credential:
        """The usable credential. Raises ImproperlyConfigured under the wrong FIELD_KEY."""
        secret = unseal(self.sealed)
        if self.version == CredentialVersion.V2C:
            return Community(secret["community"])
        privacy = secret["priv_protocol"]
        return UsmUser(
            user=secret["user"],
            auth_protocol=AuthProtocol(secret["auth_protocol"]),
            auth_password=secret["auth_password"],
            priv_protocol=PrivProtocol(privacy) if privacy else None,
            priv_password=secret["priv_password"],
            context=secret["context"],
        )


class TargetQuerySet(models.QuerySet["Target"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def due(self, now: dt.datetime) -> Self:
        """Targets whose time has come, whoever may or may not consent: see ``claim_due``."""
        return self.filter(next_poll_at__lte=now, paused=False, parked=False)


class Target(models.Model):
    """An address that we poll for a device. Polled only while its site's consents are in force."""

    device = models.OneToOneField(Device, models.CASCADE, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    address = models.GenericIPAddressField(_("adresse"))
    port = models.PositiveIntegerField(_("port UDP"), default=161)
    credential_set = models.ForeignKey(CredentialSet, models.PROTECT, related_name="+")
    profile = models.CharField(_("profil"), max_length=40, blank=True)
    """Key of a profile (supervision/snmp/profiles); blank until the first answer chooses it."""
    interval_s = models.PositiveIntegerField(_("intervalle (s)"), default=300)
    paused = models.BooleanField(_("en pause"), default=False)
    parked = models.BooleanField(_("hors supervision"), default=False, editable=False)
    """The site's consents are not in force (or the site closed, the device not installed)."""
    next_poll_at = models.DateTimeField(_("prochain relevé"), default=timezone.now)
    retest_s = models.FloatField(null=True, blank=True, editable=False)
    """Seconds to the next look while something is not settled; null: the usual interval."""
    last_asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the latest reading's question left: what it proves, it proves from then on."""
    last_poll_at = models.DateTimeField(_("dernier relevé"), null=True, blank=True)
    last_answer_at = models.DateTimeField(_("dernière réponse"), null=True, blank=True)
    last_rtt_ms = models.FloatField(_("temps de réponse (ms)"), null=True, blank=True)
    uptime_s = models.BigIntegerField(_("allumé depuis (s)"), null=True, blank=True)
    refused_at = models.DateTimeField(_("accès refusé le"), null=True, blank=True)
    """Last proof that the device lives but refuses us (authenticationFailure trap, USM report)."""

    objects = TargetQuerySet.as_manager()

    class Meta:
        verbose_name = _("équipement supervisé")
        verbose_name_plural = _("équipements supervisés")
        constraints = [
            models.UniqueConstraint(fields=["address", "port"], name="target_address_once"),
            models.CheckConstraint(
                name="target_interval_sane", condition=Q(interval_s__range=(1, 86400))
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_poll_at"],
                condition=Q(paused=False, parked=False),
                name="target_by_next_poll",
            ),
            models.Index(fields=["site"], name="target_by_site"),
        ]

    def __str__(self) -> str:
        return f"{self.device} ({self.address})"


class Trap(models.Model):
    """A notification as it arrived. It triggers a poll, never a ticket by itself."""

    received_at = models.DateTimeField(default=timezone.now)
    source = models.GenericIPAddressField()
    target = models.ForeignKey(Target, models.CASCADE, related_name="traps", null=True)
    oid = models.CharField(max_length=255)
    varbinds = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("trap reçu")
        verbose_name_plural = _("traps reçus")
        indexes = [
            models.Index(fields=["target", "-received_at"], name="trap_by_target"),
            models.Index(fields=["-received_at"], name="trap_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.oid}"

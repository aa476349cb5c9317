"""Personal devices and the credential of each: the identity on the network is the credential.

A MAC address is an attribute of a session, never an identity: phones change theirs every day.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.people.members import Member
from schools.models import User


class Platform(models.TextChoices):
    """For which a profile is made."""

    IOS = "ios", "iPhone, iPad"
    MACOS = "macos", "Mac"
    ANDROID = "android", "Android"
    WINDOWS = "windows", "Windows"
    CHROMEOS = "chromeos", "Chromebook"
    LINUX = "linux", "Linux"
    OTHER = "other", pgettext_lazy("platform", "autre")


class PersonalDeviceQuerySet(models.QuerySet["PersonalDevice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def in_use(self) -> Self:
        """Neither lost nor removed."""
        return self.filter(lost_at=None, removed_at=None)


class PersonalDevice(models.Model):
    """A device (appareil personnel) that its owner registered, by the name that they gave it."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="devices")
    name = models.CharField(_("nom"), max_length=60)
    platform = models.CharField(_("système"), max_length=10, choices=Platform)
    registered_at = models.DateTimeField(_("ajouté le"), default=timezone.now)
    lost_at = models.DateTimeField(_("déclaré perdu le"), null=True, blank=True)
    removed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)
    seen_at = models.DateTimeField(_("vu le"), null=True, blank=True)
    """Last let in by the network; K9 counts those seen in 90 days."""
    once = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    """Of the form that asked: tapped twice, it makes one device."""

    objects = PersonalDeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("appareil personnel")
        verbose_name_plural = _("appareils personnels")
        ordering = ["member", "-registered_at"]
        indexes = [models.Index(fields=["seen_at"], name="personal_device_seen")]

    def __str__(self) -> str:
        return self.name


class CredentialKind(models.TextChoices):
    """How the device proves itself."""

    CERTIFICATE = "tls", _("certificat (EAP-TLS)")
    SECRET = "secret", _("mot de passe de l’appareil (TTLS, PEAP)")


class CredentialQuerySet(models.QuerySet["Credential"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(device__member__in=Member.objects.visible_to(user).values("pk"))

    def live(self, now: dt.datetime) -> Self:
        """Not revoked and not expired."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class Credential(models.Model):
    """What lets one device in (moyen d’accès): its own, never the person's password."""

    device = models.ForeignKey(PersonalDevice, models.CASCADE, related_name="credentials")
    kind = models.CharField(_("type"), max_length=6, choices=CredentialKind)
    username = models.CharField(_("identifiant"), max_length=100, unique=True)
    """``d7k2m9p4q@jeanne-lannoy.preau.example``: the User-Name and, in a certificate, its CN.
    Random before the realm (RFC 7542), so that a log names nobody."""
    sealed = models.TextField(editable=False, blank=True)
    """The random secret of a TTLS or PEAP device."""
    serial = models.CharField(_("numéro de série"), max_length=40, null=True, blank=True)
    """Of the certificate, in hexadecimal as FreeRADIUS writes TLS-Client-Cert-Serial."""
    issuer = models.ForeignKey(
        "byod.CertificateAuthority", models.PROTECT, related_name="+", null=True, blank=True
    )
    """Which authority signed the certificate; null: the one that signs today."""
    certificate = models.TextField(_("certificat"), blank=True, editable=False)
    """PEM. The private key was never kept."""
    once = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    """Digest of the seed of the form that asked: tapped twice, it issues one credential."""
    issued_at = models.DateTimeField(_("délivré le"), default=timezone.now)
    expires_at = models.DateTimeField(_("expire le"))
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)
    revoked_why = models.CharField(_("motif"), max_length=40, blank=True)

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("moyen d’accès")
        verbose_name_plural = _("moyens d’accès")
        ordering = ["-issued_at"]
        constraints = [
            models.UniqueConstraint(fields=["serial"], name="credential_serial_once"),
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(revoked_at=None),
                name="credential_one_live_per_device",
            ),
            models.CheckConstraint(
                name="credential_has_what_proves_it",
                condition=(
                    Q(kind="tls", serial__isnull=False, sealed="")
                    | Q(kind="secret") & ~Q(sealed="")
                ),
            ),
            models.CheckConstraint(
                name="credential_expires_after_it_is_issued",
                condition=Q(expires_at__gt=F("issued_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(revoked_at=None), name="credential_live_end"
            ),
        ]

    def __str__(self) -> str:
        return self.username

    def is_live(self, now: dt.datetime) -> bool:
        return self.revoked_at is None and self.expires_at > now

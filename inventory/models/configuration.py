"""Configurations as they were read: texts stored once, versions, failures, unplanned changes."""

from __future__ import annotations

import base64
import hashlib
import zlib
from typing import Self

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.command_lines import Cause
from inventory.models.devices import Device
from schools.models import User
from schools.models.scope import scope_of, sites_q


class ConfigBlob(models.Model):
    """A text, addressed by its content: the same configuration is stored once, whoever shows it.

    Compressed, then sealed with FIELD_KEY: it holds the secrets of a network.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of the text without its volatile lines, in hexadecimal."""
    sealed = models.BinaryField()
    lines = models.PositiveIntegerField(_("lignes"))
    size = models.PositiveIntegerField(_("taille"))
    """Bytes of the text."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("texte de configuration")
        verbose_name_plural = _("textes de configuration")
        constraints = [
            models.CheckConstraint(
                name="config_blob_digest_is_sha256", condition=Q(digest__regex=r"^[0-9a-f]{64}$")
            ),
        ]

    def __str__(self) -> str:
        return self.digest[:10]

    @staticmethod
    def keep(text: str) -> str:
        """Store a text unless it is there; its digest."""
        raw = text.encode()
        digest = hashlib.sha256(raw).hexdigest()
        token = Fernet(settings.FIELD_KEY).encrypt(zlib.compress(raw, 6))
        sealed = base64.urlsafe_b64decode(token)  # a quarter smaller than the token's text
        ConfigBlob.objects.bulk_create(
            [ConfigBlob(digest=digest, sealed=sealed, lines=text.count("\n"), size=len(raw))],
            ignore_conflicts=True,
        )
        return digest

    def text(self) -> str:
        """The text, secrets and all. Raises ImproperlyConfigured under the wrong FIELD_KEY."""
        try:
            token = base64.urlsafe_b64encode(bytes(self.sealed))
            return zlib.decompress(Fernet(settings.FIELD_KEY).decrypt(token)).decode()
        except InvalidToken:
            raise ImproperlyConfigured(
                "A stored configuration cannot be read with FIELD_KEY: it was sealed with another "
                "key. Restore that key."
            ) from None


class ConfigBackupQuerySet(models.QuerySet["ConfigBackup"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))

    def current(self) -> Self:
        """The newest of each device."""
        return self.filter(current=True)


class ConfigBackup(models.Model):
    """A version: a device showed this configuration from ``at`` until ``last_seen_at`` at least.

    Reading it again unchanged moves ``last_seen_at`` and counts; it writes no other row.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="config_backups")
    blob = models.ForeignKey(ConfigBlob, models.PROTECT, related_name="+")
    platform = models.CharField(_("plateforme"), max_length=40)
    at = models.DateTimeField(_("vue depuis"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("vue jusqu’à"), default=timezone.now)
    reads = models.PositiveIntegerField(_("lectures"), default=1)
    took_ms = models.PositiveIntegerField(_("durée (ms)"), default=0)
    cause = models.CharField(_("lecture"), max_length=12, choices=Cause)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    current = models.BooleanField(default=True)

    objects = ConfigBackupQuerySet.as_manager()

    class Meta:
        verbose_name = _("configuration sauvegardée")
        verbose_name_plural = _("configurations sauvegardées")
        ordering = ["device", "-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(current=True), name="config_one_current_per_device"
            ),
            models.CheckConstraint(
                name="config_seen_after_it_began", condition=Q(last_seen_at__gte=F("at"))
            ),
        ]
        indexes = [models.Index(fields=["device", "-at", "-id"], name="config_by_device")]

    def __str__(self) -> str:
        return f"{self.device} · {self.blob_id[:10]}"


class FailureReason(models.TextChoices):
    """What went wrong, by the errors of ``inventory.cli.contract``."""

    UNREACHABLE = "unreachable", _("injoignable")
    REFUSED = "refused", _("mot de passe refusé")
    HOST_KEY = "host_key", _("clé SSH changée")
    HUNG = "hung", _("ne répond plus")
    DROPPED = "dropped", _("ligne tombée")
    REJECTED = "rejected", _("commande refusée")
    NO_LOGIN = "no_login", _("aucun identifiant")
    SUSPENDED = "suspended", _("identifiants suspendus")


NEEDS_A_PERSON = frozenset({FailureReason.REFUSED, FailureReason.HOST_KEY, FailureReason.SUSPENDED})
"""Nobody tries again by itself after these: an account would be locked, a password given away."""


class ConfigFailureQuerySet(models.QuerySet["ConfigFailure"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))


class ConfigFailure(models.Model):
    """A row of failures for one reason, from the first to the last; ended when a reading succeeds,
    or fails for another reason."""

    device = models.ForeignKey(Device, models.CASCADE, related_name="config_failures")
    reason = models.CharField(_("raison"), max_length=12, choices=FailureReason)
    said = models.CharField(_("détail"), max_length=400, blank=True)
    first_at = models.DateTimeField(_("depuis"), default=timezone.now)
    last_at = models.DateTimeField(_("dernier essai"), default=timezone.now)
    times = models.PositiveIntegerField(_("essais"), default=1)
    ended_at = models.DateTimeField(_("fini le"), null=True, blank=True)

    objects = ConfigFailureQuerySet.as_manager()

    class Meta:
        verbose_name = _("échec de sauvegarde")
        verbose_name_plural = _("échecs de sauvegarde")
        ordering = ["-last_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"],
                condition=Q(ended_at=None),
                name="config_one_open_failure_per_device",
            ),
        ]
        indexes = [models.Index(fields=["device", "-last_at"], name="config_failure_by_device")]

    def __str__(self) -> str:
        return f"{self.device} · {self.get_reason_display()}"


class DriftState(models.TextChoices):
    OPEN = "open", _("à examiner")
    ACCEPTED = "accepted", _("accepté")
    RETURNED = "returned", _("revenue comme avant")
    REPLACED = "replaced", _("remplacée par un changement prévu")


class ConfigDriftQuerySet(models.QuerySet["ConfigDrift"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "device__site"))

    def open(self) -> Self:
        """Those that await a person."""
        return self.filter(state=DriftState.OPEN)


class ConfigDrift(models.Model):
    """An unplanned change (changement imprévu): what a device shows is not what somebody wanted.

    At most one open per device: a second change moves ``after``; going back closes it.
    """

    device = models.ForeignKey(Device, models.CASCADE, related_name="config_drifts")
    before = models.ForeignKey(ConfigBackup, models.CASCADE, related_name="+")
    after = models.ForeignKey(ConfigBackup, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField(_("constaté le"), default=timezone.now)
    changed_at = models.DateTimeField(_("dernier changement"), default=timezone.now)
    added = models.PositiveIntegerField(_("lignes ajoutées"), default=0)
    removed = models.PositiveIntegerField(_("lignes retirées"), default=0)
    state = models.CharField(_("état"), max_length=8, choices=DriftState, default=DriftState.OPEN)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    why = models.CharField(_("motif"), max_length=500, blank=True)

    objects = ConfigDriftQuerySet.as_manager()

    class Meta:
        verbose_name = _("changement imprévu")
        verbose_name_plural = _("changements imprévus")
        ordering = ["-opened_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(state="open"), name="drift_one_open_per_device"
            ),
            models.CheckConstraint(
                name="drift_decided_unless_open",
                condition=Q(state="open", decided_at=None)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="drift_accepted_with_a_reason",
                condition=~Q(state="accepted") | ~Q(why=""),
            ),
        ]
        indexes = [models.Index(fields=["state", "-opened_at"], name="drift_by_state")]

    def __str__(self) -> str:
        return f"{self.device} · {self.get_state_display()}"

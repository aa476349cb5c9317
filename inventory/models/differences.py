"""Differences between what the register intends and what the network shows (écarts)."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.devices import Device
from inventory.models.observed import ObservedDevice
from inventory.rules.identity import is_safe
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class DifferenceKind(models.TextChoices):
    """What differs."""

    NEW = "new", _("équipement inconnu")
    MISSING = "missing", _("équipement absent")
    MOVED = "moved", _("vu ailleurs")
    CONFLICT = "conflict", _("preuves contraires")
    TWIN = "twin", _("doublon possible")
    PRODUCT = "product", _("modèle")
    SERIAL = "serial", _("numéro de série")
    MAC = "mac", _("adresse MAC")
    VERSION = "version", _("version du logiciel")
    PORTS = "ports", _("ports")
    LINK = "link", _("câblage")
    ROOM = "room", _("local inconnu")


class DifferenceState(models.TextChoices):
    OPEN = "open", _("à examiner")
    ACCEPTED = "accepted", _("accepté")
    MERGED = "merged", _("rattaché")
    IGNORED = "ignored", _("ignoré")
    GONE = "gone", _("disparu de lui-même")


class DifferenceQuerySet(models.QuerySet["Difference"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def open(self) -> Self:
        """Those that await a person."""
        return self.filter(state=DifferenceState.OPEN)


class Difference(models.Model):
    """One difference. One row per subject, for good: it opens, is decided, and may open again."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    kind = models.CharField(_("objet"), max_length=10, choices=DifferenceKind)
    subject = models.CharField(max_length=160)
    device = models.ForeignKey(
        Device, models.CASCADE, related_name="differences", null=True, blank=True
    )
    observed_device = models.ForeignKey(
        ObservedDevice, models.CASCADE, related_name="differences", null=True, blank=True
    )
    intended = models.CharField(_("inventaire"), max_length=300, blank=True)
    observed = models.CharField(_("réseau"), max_length=300, blank=True)
    detail = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=32)
    state = models.CharField(
        _("état"), max_length=8, choices=DifferenceState, default=DifferenceState.OPEN
    )
    first_seen_at = models.DateTimeField(_("vu la première fois"), default=timezone.now)
    last_seen_at = models.DateTimeField(_("vu la dernière fois"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    decided_at = models.DateTimeField(_("décidé le"), null=True, blank=True)
    why = models.CharField(_("motif"), max_length=500, blank=True)
    undo = models.JSONField(default=list)
    """What a decision changed, so that it can be taken back (``inventory.actions.changes``)."""

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("écart")
        verbose_name_plural = _("écarts")
        ordering = ["-last_seen_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["site", "subject"], name="difference_once_per_subject"),
            models.CheckConstraint(
                name="difference_decided_when_not_open",
                condition=Q(state__in=["open", "gone"]) | Q(decided_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["site", "-first_seen_at"],
                condition=Q(state="open"),
                name="difference_open_by_site",
            ),
            models.Index(fields=["state", "-first_seen_at", "-id"], name="difference_by_state"),
        ]

    def __str__(self) -> str:
        about = self.device or self.observed_device or ""
        return f"{self.get_kind_display()} · {about}"

    @property
    def safe(self) -> bool:
        """Whether it may be accepted together with others."""
        return is_safe(self.kind, self.intended)

"""Webhooks: what the journal says, told to a program, signed, again until it is heard (ADR 031)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.audit import AuditEntry
from schools.models.people import User
from schools.models.tokens import AREAS
from schools.sealed import seal, unseal

OVERLAP = dt.timedelta(hours=24)
"""After a new secret the former one signs too for so long: the receiver changes at leisure."""


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own."""
        return self.filter(owner=user.pk) if user.is_authenticated else self.none()

    def running(self) -> Self:
        """Those that are told what happens."""
        return self.filter(paused_at=None, owner__is_active=True)


class Webhook(models.Model):
    """An address that is told what its owner may see, as it happens.

    The secret is sealed and write-only: it is shown once, when it is made.
    """

    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("nom"), max_length=60)
    url = models.CharField(_("adresse"), max_length=500)
    sealed = models.TextField(editable=False)
    areas = ArrayField(
        models.CharField(max_length=16, choices=[(a.value, a.label) for a in AREAS]),
        verbose_name=_("domaines"),
    )
    actions = ArrayField(
        models.CharField(max_length=60), verbose_name=_("actions"), default=list, blank=True
    )
    """Only these verbs of the journal; empty: all of the areas."""
    sequence = models.BigIntegerField(editable=False)
    """The last number of the journal that was looked at for it."""
    created_at = models.DateTimeField(_("créé"), default=timezone.now)
    failing_since = models.DateTimeField(_("en échec depuis"), null=True, blank=True)
    paused_at = models.DateTimeField(_("en pause depuis"), null=True, blank=True)
    paused_why = models.CharField(_("motif"), max_length=200, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="webhook_areas_are_known",
                condition=Q(areas__contained_by=[a.value for a in AREAS]) & ~Q(areas=[]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def store_secret(self, text: str, now: dt.datetime) -> None:
        """Seal a new secret into this row (not yet saved); the former one overlaps."""
        former = unseal(self.sealed)["now"] if self.sealed else ""
        self.sealed = seal({"now": text, "former": former, "changed_at": now.isoformat()})

    def secrets(self, now: dt.datetime) -> list[str]:
        """What signs at this moment: the secret, and its predecessor for a day."""
        held = unseal(self.sealed)
        recent = now < dt.datetime.fromisoformat(held["changed_at"]) + OVERLAP
        return [held["now"], held["former"]] if held["former"] and recent else [held["now"]]


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("en attente")
    DELIVERED = "delivered", _("reçu")
    GIVEN_UP = "given_up", _("abandonné")


class DeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of one's own webhooks."""
        return self.filter(webhook__owner=user.pk) if user.is_authenticated else self.none()


class WebhookDelivery(models.Model):
    """One entry of the journal for one webhook: queue and history at once."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    entry = models.ForeignKey(AuditEntry, models.DO_NOTHING, related_name="+")
    sequence = models.BigIntegerField(_("numéro"))
    """The entry's number in the chain of the journal."""
    state = models.CharField(
        _("état"), max_length=10, choices=DeliveryState, default=DeliveryState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("essais"), default=0)
    next_at = models.DateTimeField(_("prochain essai"), default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(_("dernier essai"), null=True, blank=True)
    status = models.PositiveSmallIntegerField(_("réponse HTTP"), null=True, blank=True)
    error = models.CharField(_("défaut"), max_length=300, blank=True)
    took_ms = models.PositiveIntegerField(_("durée (ms)"), null=True, blank=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering = ["-sequence"]
        constraints = [
            models.UniqueConstraint(fields=["webhook", "sequence"], name="delivery_once"),
            models.CheckConstraint(
                name="delivery_of_a_number", condition=Q(sequence__gt=0) & Q(attempts__gte=0)
            ),
        ]
        indexes = [
            models.Index(
                fields=["webhook", "next_at"], condition=Q(state="waiting"), name="delivery_due"
            ),
            models.Index(F("webhook"), F("state"), F("sequence").desc(), name="delivery_list"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook} {self.sequence}"

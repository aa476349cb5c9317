"""Orders to end a session (Disconnect-Request, RFC 5176), and what the NAS answered."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.network.nas import NETWORK_READERS
from byod.models.network.sessions import NetworkSession
from schools.models import User
from schools.models.scope import scope_of, sites_q


class DisconnectState(models.TextChoices):
    WAITING = "waiting", pgettext_lazy("disconnect", "envoi en cours")
    ACKED = "acked", pgettext_lazy("disconnect", "confirmé")
    NAKED = "naked", pgettext_lazy("disconnect", "refusé par la borne")
    UNCONFIRMED = "unconfirmed", pgettext_lazy("disconnect", "non confirmé")


class DisconnectWhy(models.TextChoices):
    REVOKED = "revoked", _("moyen d’accès révoqué")
    WITHDRAWN = "withdrawn", _("autorisation retirée")
    LOST = "lost", _("appareil perdu ou retiré")
    LIMIT = "limit", _("trop de connexions")
    BY_HAND = "by_hand", _("demandé par un technicien")


class DisconnectOrderQuerySet(models.QuerySet["DisconnectOrder"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, NETWORK_READERS), "session__site"))

    def waiting(self) -> Self:
        return self.filter(state=DisconnectState.WAITING)


class DisconnectOrder(models.Model):
    """That a session must end. Sent again until it is answered, or told « non confirmé »."""

    session = models.ForeignKey(NetworkSession, models.CASCADE, related_name="disconnects")
    why = models.CharField(_("motif"), max_length=10, choices=DisconnectWhy)
    state = models.CharField(
        _("état"), max_length=12, choices=DisconnectState, default=DisconnectState.WAITING
    )
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("envois"), default=0)
    sent_at = models.DateTimeField(_("dernier envoi"), null=True, blank=True)
    due_at = models.DateTimeField(_("prochain envoi"), default=timezone.now)
    answered_at = models.DateTimeField(_("répondu le"), null=True, blank=True)
    error_cause = models.PositiveSmallIntegerField(_("Error-Cause"), null=True, blank=True)
    """RFC 5176 §3.5; 503: the NAS no longer knows the session."""

    objects = DisconnectOrderQuerySet.as_manager()

    class Meta:
        verbose_name = _("ordre de déconnexion")
        verbose_name_plural = _("ordres de déconnexion")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session"],
                condition=Q(state="waiting"),
                name="disconnect_one_waiting_per_session",
            ),
            models.CheckConstraint(
                name="disconnect_answered_tells_when",
                condition=Q(state__in=["waiting", "unconfirmed"], answered_at=None)
                | Q(state__in=["acked", "naked"], answered_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="disconnect_due"),
        ]

    def __str__(self) -> str:
        return f"{self.session} · {self.get_state_display()}"

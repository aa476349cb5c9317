"""Invitations: a position offered to an address, until somebody who reads it accepts."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.position import Position, RoleKind, posts_q
from schools.models.scope import scope_of
from schools.rules import (
    MOST_SENDS,
    REMIND_AFTER_DAYS,
    InvitationFacts,
    invitation_state,
)


class InvitationState(models.TextChoices):
    """What became of it; derived from its times, never stored."""

    WAITING = "waiting", _("envoi en cours")
    SENT = "sent", _("envoyée")
    OPENED = "opened", _("ouverte")
    FAILED = "failed", _("échec de l’envoi")
    ACCEPTED = "accepted", _("acceptée")
    REVOKED = "revoked", _("retirée")
    EXPIRED = "expired", _("expirée")


class MailFailure(models.TextChoices):
    """Why a message did not leave. The server's own words stay in the log."""

    REFUSED = "refused", _("adresse refusée")
    UNREACHABLE = "unreachable", _("serveur de courrier injoignable")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those into a scope whose people the person manages."""
        scope = scope_of(user, RoleKind.that_manage())
        return self.none() if scope.is_empty else self.filter(posts_q(scope))

    def open(self) -> Self:
        """Neither accepted nor taken back; an expired one may be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def due(self, now: dt.datetime) -> Self:
        """Whose message waits to be sent."""
        return self.open().filter(due_at__lte=now)

    def failed(self) -> Self:
        """Whose message was given up."""
        return self.open().filter(due_at=None).exclude(failure="")

    def unanswered(self, now: dt.datetime) -> Self:
        """Sent some days ago, and nobody accepted: worth a reminder."""
        long_ago = now - dt.timedelta(days=REMIND_AFTER_DAYS)
        return self.open().filter(failure="", due_at=None, sent_at__lte=long_ago)


class Invitation(Position):
    """A position offered by e-mail. The link in the message is stored as a digest alone.

    One open invitation per address and position: inviting twice is inviting once. Each send has a
    link of its own; the one before it dies.
    """

    email = models.EmailField(_("adresse électronique"))
    full_name = models.CharField(_("nom complet"), max_length=150)
    language = models.CharField(_("langue"), max_length=2, default="fr")
    invited_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    invited_at = models.DateTimeField(_("invitée le"), default=timezone.now)
    batch = models.UUIDField(_("envoi groupé"), null=True, editable=False)
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    # the message: wanted (due_at set), sent, or given up (failure set, due_at empty)
    sends = models.PositiveSmallIntegerField(_("envois"), default=1)
    asked_at = models.DateTimeField(_("envoi demandé le"), default=timezone.now)
    due_at = models.DateTimeField(_("à envoyer à partir de"), null=True, default=timezone.now)
    tries = models.PositiveSmallIntegerField(_("essais"), default=0)
    sent_at = models.DateTimeField(_("envoyée le"), null=True)
    failure = models.CharField(_("échec"), max_length=12, choices=MailFailure, blank=True)
    digest = models.CharField(_("empreinte du lien"), max_length=64, null=True, unique=True)
    # the answer
    opened_at = models.DateTimeField(_("ouverte le"), null=True)
    accepted_at = models.DateTimeField(_("acceptée le"), null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, related_name="invitations", null=True)
    revoked_at = models.DateTimeField(_("retirée le"), null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta(Position.Meta):
        abstract = False
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-invited_at", "-id"]
        constraints = [
            *Position.Meta.constraints,
            models.UniqueConstraint(
                name="invitation_once_while_open",
                fields=["email", "kind", "region", "province", "authority", "school", "site"],
                condition=Q(accepted_at=None, revoked_at=None),
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                name="invitation_accepted_or_revoked",
                condition=Q(accepted_at=None) | Q(revoked_at=None),
            ),
            models.CheckConstraint(
                name="invitation_sent_a_few_times", condition=Q(sends__range=(1, MOST_SENDS))
            ),
            models.CheckConstraint(
                name="invitation_address_in_lower_case",
                condition=Q(email=models.functions.Lower("email")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="invitation_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["email"], name="invitation_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.full_name} · {self.post}"

    @property
    def facts(self) -> InvitationFacts:
        """As the rule reads it."""
        return InvitationFacts(
            accepted_at=self.accepted_at,
            revoked_at=self.revoked_at,
            expires_at=self.expires_at,
            due_at=self.due_at,
            sent_at=self.sent_at,
            opened_at=self.opened_at,
            failure=self.failure,
        )

    def state_at(self, now: dt.datetime) -> InvitationState:
        """What became of it."""
        return InvitationState(invitation_state(self.facts, now))

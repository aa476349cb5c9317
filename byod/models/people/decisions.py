"""Decisions about many (décisions groupées): what was done at once, and how to take it back.

What is done closes or opens the network at the same moment. What cannot be taken back, the
revocation of certificates, waits until the time to undo is over.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.members import MEMBER_READERS, Member
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class DecisionKind(models.TextChoices):
    """What was done."""

    AUTHORISE = "authorise", _("autorisations données")
    SUSPEND = "suspend", _("accès suspendus")
    PAPER = "paper", _("papiers signés notés")
    CLASS_LIST = "class_list", _("liste de classe appliquée")
    LEAVE = "leave", _("départs notés")
    LOSE = "lose", _("appareils déclarés perdus")


class MassDecisionQuerySet(models.QuerySet["MassDecision"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def undoable(self, now: dt.datetime) -> Self:
        """Their time is not over, and nobody undid them."""
        return self.filter(undone_at=None, settled_at=None, until__gt=now)


class MassDecision(models.Model):
    """Done to several people of a site at once; undone whole, or not at all."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    kind = models.CharField(_("décision"), max_length=10, choices=DecisionKind)
    people = models.PositiveIntegerField(_("personnes"), default=0)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    at = models.DateTimeField(_("le"), default=timezone.now)
    """The moment that its rows carry."""
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the last of them was written: what was written later is somebody else's."""
    until = models.DateTimeField(_("à annuler avant le"))
    undone_at = models.DateTimeField(_("annulée le"), null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    settled_at = models.DateTimeField(_("définitive depuis"), null=True, blank=True)

    objects = MassDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("décision groupée")
        verbose_name_plural = _("décisions groupées")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="mass_decision_can_be_undone_for_a_while", condition=Q(until__gt=F("at"))
            ),
            models.CheckConstraint(
                name="mass_decision_is_undone_or_settled",
                condition=Q(undone_at=None) | Q(settled_at=None),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "-at"], name="mass_decision_by_site"),
            models.Index(
                fields=["until"],
                condition=Q(undone_at=None, settled_at=None),
                name="mass_decision_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.kind} · {self.at:%Y-%m-%d %H:%M}"


class EntryKind(models.TextChoices):
    """Which row was written, and how."""

    GIVEN = "given", _("autorisation donnée")
    ENDED = "ended", _("autorisation terminée")
    UNBARRED = "unbarred", _("suspension levée")
    AGREED = "agreed", _("accord noté")
    UNREFUSED = "unrefused", _("refus levé")
    LINK = "link", _("lien révoqué")
    LEFT = "left", _("départ")
    NEW = "new", _("inscription")
    CHANGED = "changed", _("modification")
    LOST = "lost", _("appareil perdu")
    OPENED = "opened", _("classe ouverte")
    CLOSED = "closed", _("classe clôturée")


class DecisionEntry(models.Model):
    """One row that a decision wrote, with what stood there. Gone when the decision is settled."""

    decision = models.ForeignKey(MassDecision, models.CASCADE, related_name="entries")
    what = models.CharField(_("ligne"), max_length=10, choices=EntryKind)
    row = models.BigIntegerField(_("clé"))
    member = models.ForeignKey(Member, models.CASCADE, related_name="+", null=True, blank=True)
    """Of whom; null for a class. Somebody who is erased takes these along."""
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    """Of somebody whom a class list changed: who was changed again since stays as they are."""
    sealed = models.TextField(blank=True, editable=False)
    """Their identity before, sealed as it stood."""

    class Meta:
        verbose_name = _("ligne d’une décision groupée")
        verbose_name_plural = _("lignes de décisions groupées")
        constraints = [
            models.UniqueConstraint(fields=["decision", "what", "row"], name="decision_entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id} · {self.what} · {self.row}"

"""Letters to families (lettres aux familles): who is written to, once, and what became of it.

No address is kept here: it stands in the sealed identity, and is read when the letter leaves.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.people.links import PersonalLink
from byod.models.people.members import MEMBER_READERS, Member
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q

UNSURE_AFTER = dt.timedelta(minutes=15)
"""A letter that was taken up so long ago, by whoever died then, may have left or not."""


class LetterKind(models.TextChoices):
    """To whom, and for what."""

    INVITE = "invite", _("invitation de la personne")
    AGREE = "agree", _("accord demandé au parent")


class LetterState(models.TextChoices):
    """What became of it."""

    WAITING = "waiting", _("à envoyer")
    SENT = "sent", _("envoyée")
    FAILED = "failed", _("adresse refusée")
    NO_ADDRESS = "no_address", _("sans adresse")
    NEEDLESS = "needless", _("inutile")
    STOPPED = "stopped", _("arrêtée")
    UNSURE = "unsure", _("incertaine")


class LetterRoundQuerySet(models.QuerySet["LetterRound"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))


class LetterRound(models.Model):
    """Letters that were asked for together (envoi): a class, or those who are still missing."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    kind = models.CharField(_("pour"), max_length=6, choices=LetterKind)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Null: the platform, which reminds."""
    asked_at = models.DateTimeField(_("demandé le"), default=timezone.now)
    once = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    """Of the form that asked: sent twice, it makes one round."""
    already = models.PositiveIntegerField(_("déjà écrit"), default=0)
    """Who had such a letter in the last day, or waits for one, and got no second one."""
    stopped_at = models.DateTimeField(_("arrêté le"), null=True, blank=True)

    objects = LetterRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("envoi de lettres")
        verbose_name_plural = _("envois de lettres")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["site", "-asked_at"], name="letter_round_by_site")]

    def __str__(self) -> str:
        return f"{self.site} · {self.asked_at:%Y-%m-%d %H:%M}"


class FamilyLetterQuerySet(models.QuerySet["FamilyLetter"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def unsent(self, now: dt.datetime) -> Self:
        """Nobody took it up, and its time has come."""
        rows = self.filter(state=LetterState.WAITING, claimed_at=None)
        return rows.filter(Q(not_before=None) | Q(not_before__lte=now))


class FamilyLetter(models.Model):
    """One letter (lettre) about one person; siblings' letters to one address leave as one."""

    round = models.ForeignKey(LetterRound, models.CASCADE, related_name="letters")
    member = models.ForeignKey(Member, models.CASCADE, related_name="letters")
    kind = models.CharField(_("pour"), max_length=6, choices=LetterKind)
    reminder = models.PositiveSmallIntegerField(_("rappel"), default=0)
    """0: the first letter; 1, 2…: reminders of it."""
    address_key = models.CharField(max_length=64, editable=False, blank=True)
    """HMAC of the address within the school: finds siblings, and a failed address again."""
    link = models.ForeignKey(
        PersonalLink, models.SET_NULL, related_name="letters", null=True, blank=True
    )
    message = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """In its Message-ID: a bounce names it, and nobody guesses it."""
    state = models.CharField(
        _("état"), max_length=10, choices=LetterState, default=LetterState.WAITING
    )
    claimed_at = models.DateTimeField(null=True, blank=True, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    not_before = models.DateTimeField(null=True, blank=True, editable=False)
    """The server asked to come back later (greylisting, RFC 6647)."""
    sent_at = models.DateTimeField(_("envoyée le"), null=True, blank=True)
    fault = models.CharField(_("réponse du serveur"), max_length=12, blank=True)
    """Its code (RFC 5321, 3463), never its text, which repeats the address."""

    objects = FamilyLetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("lettre à une famille")
        verbose_name_plural = _("lettres aux familles")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "kind"],
                condition=Q(state="waiting"),
                name="family_letter_waits_once",
            ),
            models.CheckConstraint(
                name="family_letter_sent_has_its_moment",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                condition=Q(state="waiting", claimed_at=None),
                name="family_letter_unsent",
            ),
            models.Index(fields=["address_key"], name="family_letter_address"),
            models.Index(fields=["sent_at"], name="family_letter_sent"),
        ]

    def __str__(self) -> str:
        return f"{self.member} · {self.kind} · {self.state}"

"""Personal links (liens personnels): how pupils and guardians, who have no account, come in.

What is stored opens nothing: links, codes and sessions are kept as digests.
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

from byod.models.people.members import Member
from schools.models import User


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(member__in=Member.objects.visible_to(user).values("pk"))

    def live(self, now: dt.datetime) -> Self:
        """Neither revoked nor over."""
        return self.filter(revoked_at=None, expires_at__gt=now)


class LinkPurpose(models.TextChoices):
    """What a link opens."""

    ALL = "all", _("toute sa page")
    AGREE = "agree", _("l’accord du parent seul")
    """Sent by e-mail, which others of the house may read: no loan, no device, no data."""


class PersonalLink(models.Model):
    """A way in for one person, as themselves or as their guardian, until a day."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="links")
    as_guardian = models.BooleanField(_("parent"), default=False)
    """Opens what a guardian decides: their agreement, the terms of a loan."""
    purpose = models.CharField(
        _("pour"), max_length=5, choices=LinkPurpose, default=LinkPurpose.ALL
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    code_digest = models.CharField(
        max_length=64, unique=True, null=True, blank=True, editable=False
    )
    """Of the eight signs on a printed sheet (HMAC under SECRET_KEY: too short for a bare hash)."""
    made_at = models.DateTimeField(_("créé le"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    expires_at = models.DateTimeField(_("valable jusqu’au"))
    used_at = models.DateTimeField(_("ouvert le"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("révoqué le"), null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("lien personnel")
        verbose_name_plural = _("liens personnels")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                name="personal_link_ends_after_it_begins",
                condition=Q(expires_at__gt=F("made_at")),
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], name="personal_link_end")]

    def __str__(self) -> str:
        return f"{self.member} · {self.made_at:%Y-%m-%d}"


class MemberSession(models.Model):
    """A browser that came in by a personal link (session personnelle): short, ended with it."""

    link = models.ForeignKey(PersonalLink, models.CASCADE, related_name="sessions")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    begun_at = models.DateTimeField(_("commencée le"), default=timezone.now)
    expires_at = models.DateTimeField(_("finit le"))

    class Meta:
        verbose_name = _("session personnelle")
        verbose_name_plural = _("sessions personnelles")
        indexes = [models.Index(fields=["expires_at"], name="member_session_end")]

    def __str__(self) -> str:
        return f"{self.link} · {self.begun_at:%Y-%m-%d}"

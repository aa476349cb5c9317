"""Guests (invités): let in for some hours by somebody of the school, to the Internet alone."""

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


class GuestStayQuerySet(models.QuerySet["GuestStay"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those whom one sponsors, and all of the sites that one runs."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site") | Q(sponsor=user.pk))

    def present(self, now: dt.datetime) -> Self:
        """Neither over nor ended."""
        return self.filter(ended_at=None, until__gt=now)


class GuestStay(models.Model):
    """One guest's hours (accès invité). Their name is in the identity of the member."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    member = models.OneToOneField(Member, models.CASCADE, related_name="stay")
    sponsor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    sponsor_text = models.CharField(_("accueilli par"), max_length=150)
    once = models.UUIDField(unique=True, editable=False)
    """Of the form that asked: sent twice, it makes one guest."""
    begun_at = models.DateTimeField(_("depuis"), default=timezone.now)
    until = models.DateTimeField(_("jusqu’à"))
    ended_at = models.DateTimeField(_("terminé le"), null=True, blank=True)

    objects = GuestStayQuerySet.as_manager()

    class Meta:
        verbose_name = _("accès invité")
        verbose_name_plural = _("accès invités")
        ordering = ["-begun_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="guest_stay_ends_after_it_begins", condition=Q(until__gt=F("begun_at"))
            ),
        ]
        indexes = [models.Index(fields=["site", "-begun_at"], name="guest_stay_by_site")]

    def __str__(self) -> str:
        return f"{self.member} · {self.begun_at:%Y-%m-%d}"

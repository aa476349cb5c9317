"""Rounds (tours d’attribution): who stood where, of what there was, and why. Frozen."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.equity.requests import LoanRequest
from byod.models.loans.pools import LoanPool
from byod.models.people.members import MEMBER_READERS
from schools.models import School, Site, User
from schools.models.scope import scope_of, sites_q


class AllocationRoundQuerySet(models.QuerySet["AllocationRound"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Of a school: its head and contact. Of a shared pool: whoever sees the pool."""
        sites = Site.objects.filter(sites_q(scope_of(user, MEMBER_READERS)))
        return self.filter(
            Q(school__in=sites.values("school"))
            | Q(pool__in=LoanPool.objects.visible_to(user).values("pk"))
        )


class AllocationRound(models.Model):
    """One decision about many, with all that it was computed from: made again, it gives the same.

    Of a school: its waiting requests in fair order. Of a shared pool: its split among schools.
    ``inputs`` numbers requests 1, 2, 3…: a row of it leads to nobody once its request is forgotten.
    """

    school = models.ForeignKey(School, models.PROTECT, related_name="+", null=True, blank=True)
    pool = models.ForeignKey(LoanPool, models.PROTECT, related_name="+", null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    made_at = models.DateTimeField(_("établi le"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    made_by_text = models.CharField(_("établi par"), max_length=150)
    inputs = models.JSONField(_("données"))
    inputs_sha256 = models.CharField(max_length=64, editable=False)
    outcome = models.JSONField(_("ordre"))
    outcome_sha256 = models.CharField(max_length=64, editable=False)

    objects = AllocationRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("tour d’attribution")
        verbose_name_plural = _("tours d’attribution")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="round_of_a_school_or_a_pool",
                condition=Q(school__isnull=False, pool=None) | Q(school=None, pool__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["school", "year", "-made_at"], name="round_by_school")]

    def __str__(self) -> str:
        return f"{self.school or self.pool} · {self.made_at:%Y-%m-%d %H:%M}"


class RoundPlace(models.Model):
    """Which request was number ``n`` of a round. Forgotten, the number stays and leads nowhere."""

    round = models.ForeignKey(AllocationRound, models.CASCADE, related_name="places")
    n = models.PositiveIntegerField()
    request = models.ForeignKey(
        LoanRequest, models.SET_NULL, related_name="places", null=True, blank=True
    )

    class Meta:
        verbose_name = _("place dans un tour")
        verbose_name_plural = _("places dans un tour")
        constraints = [
            models.UniqueConstraint(fields=["round", "n"], name="round_number_once"),
            models.UniqueConstraint(fields=["round", "request"], name="round_request_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id} n° {self.n}"

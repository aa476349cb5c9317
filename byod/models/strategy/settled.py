"""What is settled around a strategy: who approves it, when it is reviewed, which are pilots."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.strategy.strategies import Strategy
from schools.models import Authority, School, Site, User
from schools.models.scope import scope_of, sites_q


class ReviewOutcome(models.TextChoices):
    CONFIRMED = "confirmed", pgettext_lazy("review", "confirmée")
    NEW_VERSION = "new", pgettext_lazy("review", "nouvelle version")


class StrategyReview(models.Model):
    """That a deployed strategy is looked at again (révision): yearly, or because somebody asks.

    It stays deployed meanwhile: the network and the loans go on.
    """

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="reviews")
    opened_at = models.DateTimeField(_("ouverte le"), default=timezone.now)
    opened_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    """Null: the year is over."""
    why = models.CharField(_("motif"), max_length=300, blank=True)
    closed_at = models.DateTimeField(_("close le"), null=True, blank=True)
    closed_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    outcome = models.CharField(_("issue"), max_length=10, choices=ReviewOutcome, blank=True)

    class Meta:
        verbose_name = _("révision d’une stratégie")
        verbose_name_plural = _("révisions des stratégies")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["strategy"],
                condition=Q(closed_at=None),
                name="strategy_one_review_at_a_time",
            ),
            models.CheckConstraint(
                name="strategy_review_closed_with_an_outcome",
                condition=Q(closed_at=None, outcome="")
                | (Q(closed_at__isnull=False) & ~Q(outcome="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.strategy} · {self.opened_at:%Y-%m-%d}"


class DelegationQuerySet(models.QuerySet["StrategyDelegation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        sites = Site.objects.filter(sites_q(scope_of(user)))
        return self.filter(authority__in=sites.values("school__authority"))

    def live(self) -> Self:
        return self.filter(ended_at=None)


class StrategyDelegation(models.Model):
    """A PO lets the heads of its schools approve their own strategy (délégation)."""

    authority = models.ForeignKey(Authority, models.CASCADE, related_name="+")
    given_at = models.DateTimeField(_("donnée le"), default=timezone.now)
    given_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    ended_at = models.DateTimeField(_("retirée le"), null=True, blank=True)

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("délégation d’un pouvoir organisateur")
        verbose_name_plural = _("délégations des pouvoirs organisateurs")
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["authority"], condition=Q(ended_at=None), name="delegation_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority} · {self.given_at:%Y-%m-%d}"


class PilotQuerySet(models.QuerySet["StrategyPilot"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        schools = Site.objects.filter(sites_q(scope_of(user))).values("school")
        return self.filter(school__in=schools)

    def live(self) -> Self:
        return self.filter(ended_on=None)


class StrategyPilot(models.Model):
    """A school that tries it first (école pilote), as the Region chose it."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    since_on = models.DateField(_("depuis le"), default=timezone.localdate)
    set_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    ended_on = models.DateField(_("jusqu’au"), null=True, blank=True)

    objects = PilotQuerySet.as_manager()

    class Meta:
        verbose_name = _("école pilote")
        verbose_name_plural = _("écoles pilotes")
        ordering = ["-since_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["school"], condition=Q(ended_on=None), name="pilot_once_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.since_on:%Y-%m-%d}"

"""Policies (politiques d’accès): who is let into which segment, when, with what."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from schools.models import School, Site, User
from schools.models.scope import scope_of, sites_q


class Segment(models.TextChoices):
    """A named part of a school's network; each site says which of its VLANs it is."""

    PUPILS = "pupils", _("élèves")
    STAFF = "staff", _("enseignants")
    VISITORS = "visitors", _("visiteurs d’autres écoles")
    GUESTS = "guests", _("invités, Internet seulement")
    QUARANTINE = "quarantine", _("quarantaine")


class PolicyState(models.TextChoices):
    DRAFT = "draft", _("brouillon")
    LIVE = "live", pgettext_lazy("policy", "en vigueur")
    RETIRED = "retired", pgettext_lazy("policy", "remplacée")


class Otherwise(models.TextChoices):
    """What becomes of a device that its owner's rule does not let in."""

    QUARANTINE = "quarantine", _("quarantaine")
    REJECT = "reject", _("refus")


class NetworkPolicyQuerySet(models.QuerySet["NetworkPolicy"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        schools = Site.objects.filter(sites_q(scope_of(user))).values("school")
        return self.filter(school__in=schools)

    def live(self) -> Self:
        return self.filter(state=PolicyState.LIVE)


class NetworkPolicy(models.Model):
    """One version of a school's policy. Live, it is frozen; a change is a new version."""

    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("état"), max_length=8, choices=PolicyState, default=PolicyState.DRAFT
    )
    device_limit = models.PositiveSmallIntegerField(_("appareils par personne"), default=3)
    """Counted by live credentials, not by MAC address."""
    charter_required = models.BooleanField(_("charte à accepter"), default=True)
    visitors = models.BooleanField(_("visiteurs d’autres écoles"), default=True)
    """Whether those whom another school authorised get a segment here."""
    unauthorised = models.CharField(
        _("inscrit mais pas autorisé"),
        max_length=10,
        choices=Otherwise,
        default=Otherwise.QUARANTINE,
    )
    outside_hours = models.CharField(
        _("en dehors des heures"),
        max_length=10,
        choices=Otherwise,
        default=Otherwise.QUARANTINE,
    )
    live_at = models.DateTimeField(_("en vigueur depuis"), null=True, blank=True)
    retired_at = models.DateTimeField(_("remplacée le"), null=True, blank=True)

    objects = NetworkPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("politique d’accès")
        verbose_name_plural = _("politiques d’accès")
        ordering = ["school", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state="live"), name="policy_one_live_per_school"
            ),
            models.UniqueConstraint(
                fields=["school"], condition=Q(state="draft"), name="policy_one_draft_per_school"
            ),
            models.CheckConstraint(
                name="policy_lets_a_device_in", condition=Q(device_limit__range=(1, 20))
            ),
            models.CheckConstraint(
                name="policy_tells_its_moments",
                condition=Q(state="draft", live_at=None, retired_at=None)
                | Q(state="live", live_at__isnull=False, retired_at=None)
                | Q(state="retired", retired_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} {self.number}"

"""Runs of a ranking: their inputs, their list, the hash of both; and the publication of results."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.calls.published import OFFICERS, Call, CallVersion
from schools.models import User
from schools.models.scope import scope_of


class RankingRunQuerySet(models.QuerySet["RankingRun"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers. Lines of files in which one has a conflict are masked by who shows them."""
        return self if scope_of(user, OFFICERS).region else self.none()

    def official(self) -> Self:
        return self.filter(kind=RunKind.OFFICIAL)


class ResultsPublicationQuerySet(models.QuerySet["ResultsPublication"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers; the results themselves are public."""
        return self if scope_of(user, OFFICERS).region else self.none()


class RunKind(models.TextChoices):
    OFFICIAL = "official", _("classement")
    VARIANT = "variant", _("variante")


class RankingRun(models.Model):
    """A list as it was computed. PostgreSQL refuses any change but its adoption, once.

    ``inputs`` and ``result``: :mod:`inventory.grants.rules.review.inputs`. ``trial``: what a
    variant changes of the published rules; a variant is never adopted.
    """

    call = models.ForeignKey(Call, models.PROTECT, related_name="runs")
    version = models.ForeignKey(CallVersion, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("numéro"))
    kind = models.CharField(_("sorte"), max_length=8, choices=RunKind, default=RunKind.OFFICIAL)
    label = models.CharField(_("nom"), max_length=120, blank=True)
    trial = models.JSONField(default=dict, blank=True)
    inputs = models.JSONField()
    inputs_sha256 = models.CharField(_("empreinte des données"), max_length=64)
    result = models.JSONField()
    result_sha256 = models.CharField(_("empreinte de la liste"), max_length=64)
    made_at = models.DateTimeField(_("calculé le"), default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    made_by_text = models.CharField(_("par"), max_length=150, blank=True)
    adopted_at = models.DateTimeField(_("adopté le"), null=True)
    adopted_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)

    objects = RankingRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("classement")
        verbose_name_plural = _("classements")
        ordering = ["call", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="run_number_once"),
            models.UniqueConstraint(
                fields=["call"], condition=Q(adopted_at__isnull=False), name="one_adopted_run"
            ),
            models.CheckConstraint(
                name="variant_is_not_adopted", condition=Q(kind="official") | Q(adopted_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call.reference}, {self.get_kind_display()} {self.number}"


class ResultsPublication(models.Model):
    """That the results of a call became public, when and by whom."""

    call = models.OneToOneField(Call, models.PROTECT, related_name="publication")
    at = models.DateTimeField(_("publié le"), default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    by_text = models.CharField(max_length=150, blank=True)

    objects = ResultsPublicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("publication de résultats")
        verbose_name_plural = _("publications de résultats")
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.call.reference

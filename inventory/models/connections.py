"""The connections of sites: their lines, what the infrastructure allows, exceptions, measures."""

from __future__ import annotations

import datetime as dt
from typing import Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.contracts import FIBRE, Offer, Operator, Technology, euros, speed
from inventory.models.counted import Counted
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class LineRole(models.TextChoices):
    """A site has one main line at a time, and as many backups as it likes."""

    MAIN = "main", _("ligne principale")
    BACKUP = "backup", _("ligne de secours")


class SubscriptionState(models.TextChoices):
    """The life of a subscription (``inventory.rules.connections.MOVES``)."""

    ASKED = "asked", _("demandée")
    ORDERED = "ordered", _("commandée")
    ACTIVE = "active", pgettext_lazy("ligne", "active")
    ENDED = "ended", _("terminée")
    CANCELLED = "cancelled", _("annulée")


AWAITED = (SubscriptionState.ASKED, SubscriptionState.ORDERED)


M = TypeVar("M", bound=models.Model)


class OfSites(models.QuerySet[M]):
    """Rows of one site each."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class SubscriptionQuerySet(OfSites["Subscription"]):
    def active(self) -> Self:
        """Lines in service today."""
        return self.filter(state=SubscriptionState.ACTIVE)

    def main(self) -> Self:
        return self.filter(role=LineRole.MAIN)

    def on_fibre(self) -> Self:
        return self.filter(technology__in=FIBRE)

    def awaited(self) -> Self:
        """Asked or ordered, not there yet."""
        return self.filter(state__in=AWAITED)


class Subscription(Counted):
    """A line of a site (souscription, raccordement): what was asked, what was contracted.

    ``end_on`` is the first day without it, so that the line that follows may begin that day.
    """

    site = models.ForeignKey(
        Site, models.PROTECT, verbose_name=_("implantation"), related_name="subscriptions"
    )
    operator = models.ForeignKey(
        Operator, models.PROTECT, verbose_name=_("opérateur"), related_name="subscriptions"
    )
    offer = models.ForeignKey(
        Offer,
        models.PROTECT,
        verbose_name=_("offre"),
        related_name="subscriptions",
        null=True,
        blank=True,
    )
    terms = models.CharField(
        _("conditions particulières"),
        max_length=500,
        blank=True,
        help_text=_("Hors contrat cadre : avec qui, pourquoi, à quelles conditions."),
    )
    role = models.CharField(_("rôle"), max_length=8, choices=LineRole, default=LineRole.MAIN)
    technology = models.CharField(_("technologie"), max_length=12, choices=Technology)
    down_mbps = speed(_("débit descendant (Mbit/s)"))
    up_mbps = speed(_("débit montant (Mbit/s)"))
    price_month = euros(_("prix par mois (EUR, TVAC)"))
    price_once = euros(_("frais uniques (EUR, TVAC)"), default=0)
    circuit = models.CharField(_("numéro de circuit"), max_length=60, blank=True)
    pupils_access = models.BooleanField(
        _("accessible à tous les élèves"),
        default=True,
        help_text=_("Décochez si la ligne ne sert qu’à l’administration."),
    )
    state = models.CharField(
        _("état"), max_length=10, choices=SubscriptionState, default=SubscriptionState.ASKED
    )
    start_on = models.DateField(_("en service le"), null=True, blank=True)
    end_on = models.DateField(_("arrêtée le"), null=True, blank=True)
    follows = models.OneToOneField(
        "self",
        models.SET_NULL,
        verbose_name=_("remplace"),
        related_name="followed_by",
        null=True,
        blank=True,
    )
    """The line that stops on the day this one starts: a migration without a gap."""
    asked_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    asked_by_text = models.CharField(max_length=200, blank=True)
    asked_on = models.DateField(_("demandée le"), default=timezone.localdate)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("connexion")
        verbose_name_plural = _("connexions")
        ordering = ["site", F("start_on").desc(nulls_first=True), "-pk"]
        constraints = [
            ExclusionConstraint(
                name="one_main_line_at_a_time",
                expressions=[
                    ("site", RangeOperators.EQUAL),
                    (
                        Func(
                            F("start_on"),
                            F("end_on"),
                            Value("[)"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(role="main", state__in=["active", "ended"]),
            ),
            models.UniqueConstraint(
                fields=["site"],
                condition=Q(role="main", state__in=["asked", "ordered"]),
                name="one_main_line_awaited",
            ),
            models.UniqueConstraint(
                fields=["operator", "circuit"],
                condition=~Q(circuit=""),
                name="circuit_once_per_operator",
            ),
            models.CheckConstraint(
                name="line_dates_follow_its_state",
                condition=Q(state="active", start_on__isnull=False, end_on=None)
                | Q(state="ended", start_on__isnull=False, end_on__gte=F("start_on"))
                | Q(state__in=["asked", "ordered", "cancelled"], start_on=None, end_on=None),
            ),
            models.CheckConstraint(
                name="line_has_an_offer_or_terms", condition=Q(offer__isnull=False) | ~Q(terms="")
            ),
            models.CheckConstraint(
                name="line_values_are_possible",
                condition=Q(
                    down_mbps__gte=1, up_mbps__gte=1, price_month__gte=0, price_once__gte=0
                ),
            ),
        ]
        indexes = [models.Index(fields=["state", "role"], name="line_by_state")]

    def __str__(self) -> str:
        return f"{self.operator}, {self.get_technology_display()}, {self.down_mbps} Mbit/s"

    @property
    def is_fibre(self) -> bool:
        return self.technology in FIBRE


class SubscriptionMove(models.Model):
    """A step in the life of a line: which day it counts from, who wrote it, why."""

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="moves")
    state = models.CharField(_("état"), max_length=10, choices=SubscriptionState)
    on = models.DateField(_("date"))
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    by_text = models.CharField(max_length=200, blank=True)
    why = models.CharField(_("remarque"), max_length=500, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "state"], name="line_goes_once_through_a_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.on:%d/%m/%Y}"


class Reach(models.TextChoices):
    """Whether fibre can come to a site."""

    NOW = "now", _("fibre possible")
    PLANNED = "planned", _("fibre prévue")
    NO = "no", _("pas de fibre prévue")


class InfrastructureQuerySet(OfSites["Infrastructure"]):
    """Rows of one site each."""


class Infrastructure(Counted):
    """What the infrastructure register (cadastre) says of a site. Imported; never deleted."""

    site = models.OneToOneField(
        Site, models.CASCADE, verbose_name=_("implantation"), related_name="infrastructure"
    )
    fibre = models.CharField(_("fibre"), max_length=8, choices=Reach)
    planned_on = models.DateField(_("fibre prévue le"), null=True, blank=True)
    technology = models.CharField(
        _("meilleure technologie"), max_length=12, choices=Technology, blank=True
    )
    max_down_mbps = speed(_("débit maximal (Mbit/s)"), null=True, blank=True)
    giga = models.BooleanField(_("Giga Quartier"), default=False)
    source = models.CharField(_("source"), max_length=120)
    as_of = models.DateField(_("état au"), default=timezone.localdate)

    objects = InfrastructureQuerySet.as_manager()

    class Meta:
        verbose_name = _("infrastructure")
        verbose_name_plural = _("cadastre des infrastructures")
        ordering = ["site"]
        constraints = [
            models.CheckConstraint(
                name="fibre_planned_has_a_day_of_its_own",
                condition=Q(planned_on=None) | Q(fibre="planned"),
            ),
            models.CheckConstraint(name="infrastructure_has_a_source", condition=~Q(source="")),
        ]

    def __str__(self) -> str:
        return f"{self.site} : {self.get_fibre_display()}"


class FibreExceptionQuerySet(OfSites["FibreException"]):
    def standing(self) -> Self:
        """Not lifted, even if its review is past."""
        return self.filter(lifted_on=None)

    def to_review(self, on: dt.date) -> Self:
        """Those whose review is past: they excuse nobody any more, until somebody decides."""
        return self.standing().filter(review_on__lt=on)

    def in_force(self, on: dt.date) -> Self:
        """Those that excuse a site that day: not lifted, and not yet to be reviewed."""
        return self.standing().filter(decided_on__lte=on, review_on__gte=on)


class FibreException(models.Model):
    """Why a site of more than 400 pupils has no fibre for now; looked at again on a day (M29)."""

    site = models.ForeignKey(Site, models.CASCADE, verbose_name=_("implantation"), related_name="+")
    reason = models.CharField(_("motif"), max_length=500)
    decided_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    decided_by_text = models.CharField(max_length=200)
    decided_on = models.DateField(_("décidée le"))
    review_on = models.DateField(_("à revoir le"))
    lifted_on = models.DateField(_("levée le"), null=True, blank=True)

    objects = FibreExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception à la fibre")
        verbose_name_plural = _("exceptions à la fibre")
        ordering = ["site", "-decided_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["site"], condition=Q(lifted_on=None), name="one_exception_at_a_time"
            ),
            models.CheckConstraint(name="exception_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="exception_is_reviewed_later", condition=Q(review_on__gt=F("decided_on"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} : {self.reason}"[:120]

    def is_in_force(self, on: dt.date) -> bool:
        """Whether it excuses its site that day (:meth:`FibreExceptionQuerySet.in_force`)."""
        return self.lifted_on is None and self.decided_on <= on <= self.review_on


class Method(models.TextChoices):
    """How a speed was measured."""

    BROWSER = "browser", _("test dans un navigateur")
    PROBE = "probe", _("sonde")
    ROUTER = "router", _("compteurs du routeur")
    OPERATOR = "operator", _("relevé de l’opérateur")


class MeasuredSpeedQuerySet(OfSites["MeasuredSpeed"]):
    """Rows of one site each."""


class MeasuredSpeed(models.Model):
    """A speed that was measured at a site. Once per moment and method: a repeated send is one."""

    site = models.ForeignKey(Site, models.CASCADE, verbose_name=_("implantation"), related_name="+")
    at = models.DateTimeField(_("mesuré le"), default=timezone.now)
    down_mbps = models.FloatField(
        _("débit descendant (Mbit/s)"), validators=[MinValueValidator(0), MaxValueValidator(1e5)]
    )
    up_mbps = models.FloatField(
        _("débit montant (Mbit/s)"), validators=[MinValueValidator(0), MaxValueValidator(1e5)]
    )
    method = models.CharField(_("méthode"), max_length=10, choices=Method, default=Method.BROWSER)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    by_text = models.CharField(max_length=200, blank=True)

    objects = MeasuredSpeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("débit mesuré")
        verbose_name_plural = _("débits mesurés")
        ordering = ["site", "-at"]
        constraints = [
            models.UniqueConstraint(fields=["site", "at", "method"], name="speed_measured_once"),
            models.CheckConstraint(
                name="speed_is_possible",
                condition=Q(down_mbps__range=(0, 1e5), up_mbps__range=(0, 1e5)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.down_mbps:g}/{self.up_mbps:g} Mbit/s"

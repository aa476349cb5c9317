"""Operators, the framework contracts of the SPW with them, and what they offer to schools (M29)."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.rules.connections import Window, window_of
from schools.models import User
from schools.models.scope import scope_of

FASTEST_MBPS = 100_000
DEAREST = 1_000_000


class Technology(models.TextChoices):
    """How a line reaches the school."""

    FTTH = "ftth", _("fibre (FTTH)")
    DEDICATED = "dedicated", _("fibre dédiée")
    COAX = "coax", _("câble coaxial")
    VDSL = "vdsl", _("VDSL")
    ADSL = "adsl", _("ADSL")
    MOBILE = "mobile", _("4G ou 5G")
    SATELLITE = "satellite", _("satellite")
    RADIO = "radio", _("faisceau radio")


FIBRE = (Technology.FTTH, Technology.DEDICATED)
"""Those that count as fibre (K4)."""


def speed(label: Any, **options: Any) -> models.PositiveIntegerField[Any, Any]:
    """A speed in Mbit/s, at least 1."""
    limits = [MinValueValidator(1), MaxValueValidator(FASTEST_MBPS)]
    return models.PositiveIntegerField(label, validators=limits, **options)


def euros(label: Any, **options: Any) -> models.DecimalField[Any, Any]:
    """An amount in euros, VAT included, never negative."""
    limits = [MinValueValidator(0), MaxValueValidator(DEAREST)]
    return models.DecimalField(
        label,
        max_digits=9,
        decimal_places=2,
        validators=limits,
        **options,
    )


M = TypeVar("M", bound=models.Model)


class OpenToMembers(models.QuerySet[M]):
    """Prices of the Region: for everybody who has a role, whichever."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.none() if scope_of(user).is_empty else self.all()


class OperatorQuerySet(OpenToMembers["Operator"]):
    """Open to members."""


class Operator(Counted):
    """Who brings the line (opérateur)."""

    name = models.CharField(_("nom"), max_length=80, unique=True)
    phone = models.CharField(_("téléphone du support"), max_length=30, blank=True)
    website = models.URLField(_("site web"), blank=True)

    objects = OperatorQuerySet.as_manager()

    class Meta:
        verbose_name = _("opérateur")
        verbose_name_plural = _("opérateurs")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(name="operator_has_a_name", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        return self.name


class FrameworkContractQuerySet(OpenToMembers["FrameworkContract"]):
    """Open to members."""


class FrameworkContract(Counted):
    """Framework contract (contrat cadre) that schools may opt in to, renegotiated every 12 to 18
    months. ``end_on`` is its last day; without one it runs on."""

    reference = models.CharField(_("référence"), max_length=40, unique=True)
    operator = models.ForeignKey(
        Operator, models.PROTECT, verbose_name=_("opérateur"), related_name="contracts"
    )
    title = models.CharField(_("objet"), max_length=200, blank=True)
    signed_on = models.DateField(_("signé le"))
    start_on = models.DateField(_("début"))
    end_on = models.DateField(_("fin"), null=True, blank=True)
    notes = models.TextField(_("remarque"), max_length=2000, blank=True)

    objects = FrameworkContractQuerySet.as_manager()

    class Meta:
        verbose_name = _("contrat cadre")
        verbose_name_plural = _("contrats cadres")
        ordering = ["reference"]
        constraints = [
            models.CheckConstraint(name="contract_has_a_reference", condition=~Q(reference="")),
            models.CheckConstraint(
                name="contract_ends_after_it_starts",
                condition=Q(end_on=None) | Q(end_on__gte=F("start_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def window(self, today: dt.date) -> Window:
        """When it is to be renegotiated. Reads ``renegotiations``: prefetch them for a list."""
        held = [one.held_on for one in self.renegotiations.all()]
        return window_of(self.start_on, self.end_on, held, today)


class RenegotiationQuerySet(OpenToMembers["Renegotiation"]):
    """Open to members."""


class Renegotiation(models.Model):
    """New conditions were agreed on that day; the window starts again."""

    contract = models.ForeignKey(
        FrameworkContract,
        models.CASCADE,
        verbose_name=_("contrat cadre"),
        related_name="renegotiations",
    )
    held_on = models.DateField(_("conclue le"))
    outcome = models.CharField(_("résultat"), max_length=500)
    by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    by_text = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = RenegotiationQuerySet.as_manager()

    class Meta:
        verbose_name = _("renégociation")
        verbose_name_plural = _("renégociations")
        ordering = [F("held_on").desc()]
        constraints = [
            models.UniqueConstraint(
                fields=["contract", "held_on"], name="renegotiation_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.held_on:%d/%m/%Y}"


class OfferQuerySet(OpenToMembers["Offer"]):
    def open(self, on: dt.date) -> Self:
        """Those that a school may take that day."""
        return self.filter(
            Q(valid_to=None) | Q(valid_to__gte=on),
            Q(contract__end_on=None) | Q(contract__end_on__gte=on),
            valid_from__lte=on,
            contract__start_on__lte=on,
        )


class Offer(Counted):
    """What a contract offers. Once a school has taken it, its terms are frozen by a trigger: only
    ``valid_to`` may still change; other terms are another offer."""

    contract = models.ForeignKey(
        FrameworkContract, models.PROTECT, verbose_name=_("contrat cadre"), related_name="offers"
    )
    name = models.CharField(_("nom"), max_length=80)
    technology = models.CharField(_("technologie"), max_length=12, choices=Technology)
    down_mbps = speed(_("débit descendant (Mbit/s)"))
    up_mbps = speed(_("débit montant (Mbit/s)"))
    price_month = euros(_("prix par mois (EUR, TVAC)"))
    price_once = euros(_("frais uniques (EUR, TVAC)"), default=0)
    term_months = models.PositiveSmallIntegerField(
        _("durée minimale (mois)"), default=12, validators=[MaxValueValidator(120)]
    )
    sla_hours = models.PositiveSmallIntegerField(
        _("réparation garantie (heures)"), null=True, blank=True
    )
    valid_from = models.DateField(_("proposée dès le"))
    valid_to = models.DateField(_("proposée jusqu’au"), null=True, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offre")
        verbose_name_plural = _("offres")
        ordering = ["contract", "price_month", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contract", "name"], name="offer_once_per_contract"),
            models.CheckConstraint(
                name="offer_speeds_are_possible",
                condition=Q(down_mbps__range=(1, FASTEST_MBPS), up_mbps__range=(1, FASTEST_MBPS)),
            ),
            models.CheckConstraint(
                name="offer_costs_are_not_negative",
                condition=Q(price_month__gte=0, price_once__gte=0),
            ),
            models.CheckConstraint(
                name="offer_ends_after_it_starts",
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.contract})"

    @property
    def is_fibre(self) -> bool:
        return self.technology in FIBRE

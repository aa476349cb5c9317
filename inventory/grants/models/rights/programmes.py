"""Programmes of drawing rights over several school years, and the formulas that feed them."""

from __future__ import annotations

from typing import Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from schools.models import RoleKind, Site, User
from schools.models.scope import scope_of, sites_q

OFFICERS = frozenset({RoleKind.OFFICER.value})


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see all; whoever has a place in the Region, those that were adopted."""
        if scope_of(user, OFFICERS).region:
            return self
        if scope_of(user).is_empty:
            return self.none()
        return self.adopted()

    def adopted(self) -> Self:
        """Those with a formula in force: schools hold rights of them."""
        formulas = Formula.objects.filter(programme=OuterRef("pk"), adopted_at__isnull=False)
        return self.filter(Exists(formulas))


class Programme(Counted):
    """Drawing rights (droits de tirage, M40) of a run of school years."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("nom"), max_length=120)
    name_de = models.CharField(_("nom en allemand"), max_length=120)
    first_year = models.PositiveSmallIntegerField(_("première année scolaire"))
    """The year it begins in: 2024 for 2024-2025."""
    years = models.PositiveSmallIntegerField(_("nombre d’années"))

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _("programme de droits de tirage")
        verbose_name_plural = _("programmes de droits de tirage")
        ordering = ["-first_year", "code"]
        constraints = [
            models.CheckConstraint(
                name="programme_of_one_to_ten_years", condition=Q(years__range=(1, 10))
            ),
            models.CheckConstraint(
                name="programme_in_this_century", condition=Q(first_year__range=(2015, 2099))
            ),
        ]

    def __str__(self) -> str:
        german = (get_language() or "").startswith("de")
        return (self.name_de if german else "") or self.name

    @property
    def school_years(self) -> range:
        """2024, 2025… for 2024-2025, 2025-2026…"""
        return range(self.first_year, self.first_year + self.years)


class FormulaQuerySet(models.QuerySet["Formula"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Officers see drafts too; whoever has a place in the Region, what was adopted."""
        if scope_of(user, OFFICERS).region:
            return self
        if scope_of(user).is_empty:
            return self.none()
        return self.adopted()

    def adopted(self) -> Self:
        """Frozen ones: what served stays readable."""
        return self.filter(adopted_at__isnull=False)


class Formula(Counted):
    """A version of how a right is computed: data, no code. Adopted, the database freezes it."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="formulas")
    number = models.PositiveSmallIntegerField(_("version"))
    label = models.CharField(_("nom de la version"), max_length=20)
    content = models.JSONField(_("règles"), default=dict)
    """See :mod:`inventory.grants.rules.rights.formula`."""
    note = models.TextField(_("ce qui change et pourquoi"), blank=True)
    made_at = models.DateTimeField(_("écrite le"), default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    adopted_at = models.DateTimeField(_("adoptée le"), null=True, blank=True)
    adopted_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    adopted_by_text = models.CharField(_("adoptée par"), max_length=200, blank=True)
    sha256 = models.CharField(_("empreinte SHA-256"), max_length=64, blank=True)

    objects = FormulaQuerySet.as_manager()

    class Meta:
        verbose_name = _("formule")
        verbose_name_plural = _("formules")
        ordering = ["programme", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="formula_number_once"),
            models.UniqueConstraint(fields=["programme", "label"], name="formula_label_once"),
            models.UniqueConstraint(
                fields=["programme"],
                condition=Q(adopted_at=None),
                name="one_draft_formula_per_programme",
            ),
            models.CheckConstraint(
                name="formula_adopted_has_hash",
                condition=Q(adopted_at=None, sha256="")
                | (Q(adopted_at__isnull=False) & ~Q(sha256="")),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def is_adopted(self) -> bool:
        return self.adopted_at is not None


class ComputationQuerySet(models.QuerySet["Computation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Computation(models.Model):
    """How the right of a site was computed once: stored inputs, the outcome and its lines.

    Frozen by the database: the same inputs through the same formula give the same amount.
    """

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="computations")
    formula = models.ForeignKey(Formula, models.PROTECT, related_name="computations")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    """The school year it was computed for."""
    inputs: models.JSONField[Any, Any] = models.JSONField()
    outcome: models.JSONField[Any, Any] = models.JSONField()
    amount = models.DecimalField(_("montant par an"), max_digits=12, decimal_places=2)
    at = models.DateTimeField(_("calculé le"), default=timezone.now)

    objects = ComputationQuerySet.as_manager()

    class Meta:
        verbose_name = _("calcul")
        verbose_name_plural = _("calculs")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["site", "programme", "-at"], name="computation_of_site")]

    def __str__(self) -> str:
        return f"{self.site} {self.year}: {self.amount}"

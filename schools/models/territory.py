"""The territory: provinces, and the municipalities that the NIS codes name.

A site lies in a municipality; the municipality's NIS code says the province. The postcode does
not: 1xxx is Brussels and Walloon Brabant, 6xxx is Hainaut, Luxembourg and Namur.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Case, When
from django.db.models.functions import Left
from django.db.models.lookups import In
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from schools.models.scope import scope_of
from schools.rules import ARRONDISSEMENTS

if TYPE_CHECKING:
    from schools.models.people import User

_WALLOON = sorted(digits for several in ARRONDISSEMENTS.values() for digits in several)


def words_of(*columns: str) -> models.GeneratedField:
    """What a search reads of these columns: folded by PostgreSQL as schools.words does."""
    return models.GeneratedField(
        expression=Func(*(F(column) for column in columns), function="search_words"),
        output_field=models.TextField(),
        db_persist=True,
    )


def words_index(name: str, column: str = "words") -> GinIndex:
    """An index that finds words by their beginning and by likeness."""
    return GinIndex(OpClass(F(column), name="gin_trgm_ops"), name=name)


class Province(models.TextChoices):
    """The five provinces of Wallonia."""

    BRABANT_WALLON = "brabant-wallon", _("Brabant wallon")
    HAINAUT = "hainaut", _("Hainaut")
    LIEGE = "liege", _("Liège")
    LUXEMBOURG = "luxembourg", _("Luxembourg")
    NAMUR = "namur", _("Namur")


def province_sql(nis_code: str) -> Case:
    """The province as an expression over the column ``nis_code`` (schools.rules.province_of)."""
    return Case(
        *(
            When(In(Left(F(nis_code), 2), [Value(one) for one in digits]), then=Value(province))
            for province, digits in ARRONDISSEMENTS.items()
        ),
        output_field=models.CharField(max_length=16),
    )


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The names of municipalities are public; a person without a role has no use for them."""
        return self if not scope_of(user).is_empty else self.none()

    def current(self) -> Self:
        """Those that exist today; a merged one stays readable."""
        return self.filter(closed_on=None)


class Municipality(models.Model):
    """Municipality (commune), keyed by the NIS code of Statbel. A merger closes, never deletes."""

    nis_code = models.CharField(_("code NIS"), max_length=5, primary_key=True)
    name = models.CharField(_("nom"), max_length=60)
    name_de = models.CharField(_("nom allemand"), max_length=60, blank=True)
    closed_on = models.DateField(_("fusionnée le"), null=True, blank=True)
    successor = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("devenue"),
        related_name="merged",
        null=True,
        blank=True,
    )
    province = models.GeneratedField(
        verbose_name=_("province"),
        choices=Province,
        expression=province_sql("nis_code"),
        output_field=models.CharField(max_length=16),
        db_persist=True,
    )
    words = words_of("name", "name_de")

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="municipality_of_wallonia",
                condition=Q(nis_code__regex=rf"^({'|'.join(_WALLOON)})[0-9]{{3}}$"),
            ),
            models.CheckConstraint(
                name="municipality_succeeded_is_closed",
                condition=Q(successor=None) | Q(closed_on__isnull=False),
            ),
        ]
        indexes = [words_index("municipality_by_words")]

    def __str__(self) -> str:
        return (self.name_de if get_language() == "de" else "") or self.name

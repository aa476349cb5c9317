"""Racks (baies) of technical rooms, and what stands in which units."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import IntegerRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.models.counted import Counted
from inventory.models.devices import Device
from schools.models import Room, Site, User
from schools.models.scope import scope_of, sites_q

MOST_UNITS = 60


class RackQuerySet(models.QuerySet["Rack"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Rack(Counted):
    """A rack (baie); units are counted from the floor, as IEC 60297 does."""

    site = models.ForeignKey(Site, models.CASCADE, verbose_name=_("implantation"), related_name="+")
    room = models.ForeignKey(
        Room,
        models.SET_NULL,
        verbose_name=_("local"),
        related_name="racks",
        null=True,
        blank=True,
    )
    name = models.CharField(_("nom"), max_length=40)
    units = models.PositiveSmallIntegerField(
        _("hauteur (U)"),
        default=12,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)],
    )
    notes = models.CharField(_("remarque"), max_length=300, blank=True)

    objects = RackQuerySet.as_manager()

    class Meta:
        verbose_name = _("baie")
        verbose_name_plural = _("baies")
        ordering = ["site", "name"]
        constraints = [
            models.UniqueConstraint(fields=["site", "name"], name="rack_name_once_per_site"),
            models.CheckConstraint(
                name="rack_height_is_possible", condition=Q(units__range=(1, MOST_UNITS))
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.room and self.room.site_id != self.site_id:
            raise ValidationError({"room": _now("Ce local est celui d’une autre implantation.")})


class RackPlaceQuerySet(models.QuerySet["RackPlace"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "rack__site"))


class RackPlace(Counted):
    """Where in a rack a device stands. Two never share a unit; a trigger keeps them within."""

    rack = models.ForeignKey(Rack, models.CASCADE, verbose_name=_("baie"), related_name="places")
    device = models.OneToOneField(
        Device, models.CASCADE, verbose_name=_("équipement"), related_name="rack_place"
    )
    bottom = models.PositiveSmallIntegerField(
        _("unité du bas"), validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)]
    )
    height = models.PositiveSmallIntegerField(
        _("hauteur (U)"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_UNITS)],
    )

    objects = RackPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place dans une baie")
        verbose_name_plural = _("places dans les baies")
        ordering = ["rack", "-bottom"]
        constraints = [
            models.CheckConstraint(
                name="rack_place_has_units", condition=Q(bottom__gte=1, height__gte=1)
            ),
            ExclusionConstraint(
                name="rack_units_taken_once",
                expressions=[
                    ("rack", RangeOperators.EQUAL),
                    (
                        Func(
                            F("bottom"),
                            F("bottom") + F("height"),
                            function="int4range",
                            output_field=IntegerRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rack} U{self.bottom}"

    @property
    def top(self) -> int:
        return self.bottom + self.height - 1

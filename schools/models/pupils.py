"""What is taught at a site, and to how many: levels, the count of 15 January, the ISE class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from schools.models.places import Site
from schools.models.scope import scope_of, sites_q

if TYPE_CHECKING:
    from schools.models.people import User


class Level(models.TextChoices):
    NURSERY = "maternel", _("maternel")
    PRIMARY = "primaire", _("primaire")
    SECONDARY = "secondaire", _("secondaire")
    SPECIAL = "specialise", _("spécialisé")
    CEFA = "cefa", _("CEFA")
    ADULT = "promotion-sociale", _("promotion sociale")


class TeachingQuerySet(models.QuerySet["Teaching"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Teaching(models.Model):
    """A level organised at a site. The source repeats a site once per kind of teaching."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="teachings")
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    closed_on = models.DateField(_("arrêté le"), null=True, blank=True)

    objects = TeachingQuerySet.as_manager()

    class Meta:
        verbose_name = _("enseignement organisé")
        verbose_name_plural = _("enseignements organisés")
        ordering = ["level"]
        constraints = [
            models.UniqueConstraint(fields=["site", "level"], name="teaching_once_per_site"),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.get_level_display()}"


class HeadcountQuerySet(models.QuerySet["Headcount"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class Headcount(models.Model):
    """Pupils of a site at a level on the count of 15 January of ``year``."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="headcounts")
    level = models.CharField(_("niveau"), max_length=20, choices=Level)
    year = models.PositiveSmallIntegerField(_("année du comptage"))
    pupils = models.PositiveIntegerField(_("élèves"))

    objects = HeadcountQuerySet.as_manager()

    class Meta:
        verbose_name = _("comptage d’élèves")
        verbose_name_plural = _("comptages d’élèves")
        ordering = [F("year").desc(), "level"]
        constraints = [
            models.UniqueConstraint(fields=["site", "level", "year"], name="headcount_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.level} {self.year}: {self.pupils}"


class IseClassQuerySet(models.QuerySet["IseClass"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class IseClass(models.Model):
    """Socio-economic class (classe ISE) of a site: 1 to 20, a string since 3a and 3b occur."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="ise_classes")
    year = models.PositiveSmallIntegerField(_("année de référence"))
    value = models.CharField(_("classe ISE"), max_length=3)

    objects = IseClassQuerySet.as_manager()

    class Meta:
        verbose_name = _("classe ISE")
        verbose_name_plural = _("classes ISE")
        ordering = [F("year").desc()]
        constraints = [
            models.UniqueConstraint(fields=["site", "year"], name="ise_class_once_a_year"),
            models.CheckConstraint(
                name="ise_class_is_1_to_20", condition=Q(value__regex=r"^([1-9]|1[0-9]|20)[ab]?$")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site} {self.year}: {self.value}"

"""The lesson periods of a school: what bookings are counted in."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models import School, User
from schools.models.calendars import DAY_MIN, clock_text


class LessonGridQuerySet(models.QuerySet["LessonGrid"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(school__in=School.objects.visible_to(user))

    def on(self, day: dt.date) -> Self:
        """Those that have begun; the latest one first counts."""
        return self.filter(from_on__lte=day).order_by("-from_on")


class LessonGrid(models.Model):
    """The lesson periods of a school (grille horaire) from a day on, until the next grid."""

    school = models.ForeignKey(School, models.CASCADE, related_name="+")
    from_on = models.DateField(_("à partir du"))
    made_at = models.DateTimeField(_("encodée le"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = LessonGridQuerySet.as_manager()

    class Meta:
        verbose_name = _("grille des périodes")
        verbose_name_plural = _("grilles des périodes")
        ordering = ["school", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["school", "from_on"], name="lesson_grid_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.school}, {self.from_on}"


class LessonPeriodQuerySet(models.QuerySet["LessonPeriod"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(grid__in=LessonGrid.objects.visible_to(user))


class LessonPeriod(models.Model):
    """One period of a weekday: ``rank`` 3 of a Tuesday is “mardi, 3e période”."""

    grid = models.ForeignKey(LessonGrid, models.CASCADE, related_name="periods")
    weekday = models.PositiveSmallIntegerField(_("jour"))
    """0 is Monday."""
    rank = models.PositiveSmallIntegerField(_("période"))
    name = models.CharField(_("nom"), max_length=30, blank=True)
    starts_min = models.PositiveSmallIntegerField(_("commence à"))
    ends_min = models.PositiveSmallIntegerField(_("finit à"))

    objects = LessonPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("période de cours")
        verbose_name_plural = _("périodes de cours")
        ordering = ["weekday", "rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["grid", "weekday", "rank"], name="lesson_period_once_a_day"
            ),
            models.CheckConstraint(
                name="lesson_period_lies_in_its_day",
                condition=Q(
                    weekday__range=(0, 6),
                    rank__gte=1,
                    rank__lte=20,
                    ends_min__gt=F("starts_min"),
                    ends_min__lte=DAY_MIN,
                ),
            ),
            ExclusionConstraint(
                name="lesson_periods_do_not_overlap",
                expressions=[
                    ("grid", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (Func("starts_min", "ends_min", function="int4range"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday}.{self.rank} {clock_text(self.starts_min)}"

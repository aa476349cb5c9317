"""When schools are open: the calendar of a Community, the opening hours of a site, and what of
both is in force together.

All of it is **versioned**: a version is written once, sealed, and never changed (a trigger of the
database refuses it); a correction is a new version. The latest sealed version is in force. A
ticket keeps its :class:`Timetable`, so that a past figure can be explained again.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Community, School, Site
from schools.models.scope import scope_of, sites_q

DAY_MIN = 24 * 60


class PeriodKind(models.TextChoices):
    """What a school calendar tells; the first one is a day of school, the others are days off."""

    TERM_START = "term_start", _("rentrée")
    AUTUMN = "autumn", _("congé d’automne")
    WINTER = "winter", _("vacances d’hiver")
    CARNIVAL = "carnival", _("congé de détente")
    SPRING = "spring", _("vacances de printemps")
    SUMMER = "summer", _("vacances d’été")
    COMMUNITY_DAY = "community_day", _("fête de la Communauté")
    OTHER = "other", _("autre congé")


class SchoolCalendarQuerySet(models.QuerySet["SchoolCalendar"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The calendars of the Communities of the schools that the person sees."""
        scope = scope_of(user)
        if scope.region:
            return self
        schools = School.objects.visible_to(user).filter(community=OuterRef("community"))
        return self.filter(Exists(schools))

    def sealed(self) -> Self:
        return self.filter(sealed=True)

    def in_force(self) -> Self:
        """The latest version of each Community and year."""
        later = SchoolCalendar.objects.filter(
            community=OuterRef("community"),
            year=OuterRef("year"),
            number__gt=OuterRef("number"),
            sealed=True,
        )
        return self.sealed().filter(~Exists(later))

    def telling_force(self) -> Self:
        """With ``in_force`` on each row."""
        return self.sealed().annotate(
            in_force=Exists(SchoolCalendar.objects.in_force().filter(pk=OuterRef("pk")))
        )


class SchoolCalendar(models.Model):
    """One version of a Community's school calendar (calendrier scolaire) for one school year."""

    community = models.CharField(_("communauté"), max_length=4, choices=Community)
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    """The civil year in which it begins: 2026 is 2026-2027."""
    number = models.PositiveSmallIntegerField(_("version"))
    source = models.CharField(_("source"), max_length=200, blank=True)
    note = models.CharField(_("remarque"), max_length=300, blank=True)
    made_at = models.DateTimeField(_("publiée le"), default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    made_by_text = models.CharField(_("publiée par"), max_length=200, blank=True)
    sealed = models.BooleanField(default=False, editable=False)
    """Complete and frozen; true from the end of the transaction that wrote it."""

    objects = SchoolCalendarQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendrier scolaire")
        verbose_name_plural = _("calendriers scolaires")
        ordering = ["community", "year", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["community", "year", "number"], name="school_calendar_version_once"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, year__range=(2000, 2100)),
                name="school_calendar_has_a_year_and_a_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_community_display()} {self.year}-{self.year + 1}, v{self.number}"


class CalendarPeriodQuerySet(models.QuerySet["CalendarPeriod"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(calendar__in=SchoolCalendar.objects.visible_to(user))


class CalendarPeriod(models.Model):
    """Days of a school calendar: a holiday, first and last day off both included, or the first day
    of school. A summer without a last day lasts until the next year begins."""

    calendar = models.ForeignKey(SchoolCalendar, models.CASCADE, related_name="periods")
    kind = models.CharField(_("type"), max_length=16, choices=PeriodKind)
    first_on = models.DateField(_("premier jour"))
    last_on = models.DateField(_("dernier jour"), null=True, blank=True)
    name = models.CharField(_("nom"), max_length=120, blank=True)

    objects = CalendarPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("période du calendrier")
        verbose_name_plural = _("périodes du calendrier")
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                # an unknown comparison would pass: the last day must be there
                condition=Q(last_on__isnull=False, last_on__gte=F("first_on"))
                | Q(last_on=None, kind="summer"),
                name="period_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["term_start", "community_day"]) | Q(last_on=F("first_on")),
                name="period_of_one_day",
            ),
            models.UniqueConstraint(
                fields=["calendar", "kind"],
                condition=~Q(kind="other"),
                name="period_once_per_calendar",
            ),
            ExclusionConstraint(
                name="periods_do_not_overlap",
                expressions=[
                    ("calendar", RangeOperators.EQUAL),
                    (
                        Func("first_on", "last_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.first_on} → {self.last_on or '?'}"

    @property
    def title(self) -> str:
        """Its own name, else what its kind is called."""
        return self.name or str(self.get_kind_display())


class OpeningHoursQuerySet(models.QuerySet["OpeningHours"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def in_force(self) -> Self:
        """The latest version of each site."""
        later = OpeningHours.objects.filter(
            site=OuterRef("site"), number__gt=OuterRef("number"), sealed=True
        )
        return self.filter(~Exists(later), sealed=True)


class OpeningHours(models.Model):
    """One version of a site's opening (heures d’ouverture): its week and its exceptions.

    A week without a span means that nobody has entered any: weekdays count.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="openings")
    number = models.PositiveIntegerField(_("version"))
    made_at = models.DateTimeField(_("encodée le"), default=timezone.now)
    made_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    made_by_text = models.CharField(_("encodée par"), max_length=200, blank=True)
    restored_from = models.PositiveIntegerField(_("reprise de la version"), null=True, blank=True)
    sealed = models.BooleanField(default=False, editable=False)

    objects = OpeningHoursQuerySet.as_manager()

    class Meta:
        verbose_name = _("heures d’ouverture")
        verbose_name_plural = _("heures d’ouverture")
        ordering = ["site", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="opening_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site}, v{self.number}"


class ExceptionReason(models.TextChoices):
    """Why a site is not open as usual."""

    TRAINING = "training", _("journée pédagogique")
    CLOSED = "closed", _("fermeture")
    EVENT = "event", _("activité de l’école")
    WORKS = "works", _("travaux")
    OTHER = "other", _("autre")


class OpeningExceptionQuerySet(models.QuerySet["OpeningException"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "opening__site"))


class OpeningException(models.Model):
    """Days on which a site is closed, or open at other hours: then it has spans of its own."""

    opening = models.ForeignKey(OpeningHours, models.CASCADE, related_name="exceptions")
    first_on = models.DateField(_("premier jour"))
    last_on = models.DateField(_("dernier jour"))
    reason = models.CharField(_("raison"), max_length=10, choices=ExceptionReason)
    label = models.CharField(_("précision"), max_length=120, blank=True)

    objects = OpeningExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception d’ouverture")
        verbose_name_plural = _("exceptions d’ouverture")
        ordering = ["first_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    last_on__gte=F("first_on"), last_on__lte=F("first_on") + dt.timedelta(days=365)
                ),
                name="exception_lasts_a_year_at_most",
            ),
            ExclusionConstraint(
                name="exceptions_do_not_overlap",
                expressions=[
                    ("opening", RangeOperators.EQUAL),
                    (
                        Func("first_on", "last_on", Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_on} → {self.last_on} {self.get_reason_display()}"


class OpeningSpanQuerySet(models.QuerySet["OpeningSpan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "opening__site"))


def _minutes() -> Func:
    return Func("opens_min", "closes_min", function="int4range")


class OpeningSpan(models.Model):
    """Open from a minute of the day to another: each such weekday, or on the days of an exception.

    Minutes of local time after midnight; 1440 is midnight at the end, more is after it.
    """

    opening = models.ForeignKey(OpeningHours, models.CASCADE, related_name="spans")
    weekday = models.PositiveSmallIntegerField(_("jour"), null=True, blank=True)
    """0 is Monday."""
    exception = models.ForeignKey(
        OpeningException, models.CASCADE, related_name="spans", null=True, blank=True
    )
    opens_min = models.PositiveSmallIntegerField(_("ouvre à"))
    closes_min = models.PositiveSmallIntegerField(_("ferme à"))

    objects = OpeningSpanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plage d’ouverture")
        verbose_name_plural = _("plages d’ouverture")
        ordering = ["weekday", "opens_min"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__isnull=False, weekday__range=(0, 6), exception=None)
                | Q(weekday=None, exception__isnull=False),
                name="span_of_a_weekday_or_of_an_exception",
            ),
            models.CheckConstraint(
                condition=Q(
                    opens_min__lt=DAY_MIN,
                    closes_min__gt=F("opens_min"),
                    closes_min__lte=F("opens_min") + DAY_MIN,
                ),
                name="span_closes_within_a_day",
            ),
            ExclusionConstraint(
                name="spans_of_a_weekday_do_not_overlap",
                condition=Q(exception=None),
                expressions=[
                    ("opening", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    (_minutes(), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="spans_of_an_exception_do_not_overlap",
                condition=Q(weekday=None),
                expressions=[
                    ("exception", RangeOperators.EQUAL),
                    (_minutes(), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opens}–{self.closes}"

    @property
    def opens(self) -> str:
        """``08:15``."""
        return clock_text(self.opens_min)

    @property
    def closes(self) -> str:
        """``16:30``; not later than ``opens``: the next day."""
        return clock_text(self.closes_min)


def clock_text(minutes: int) -> str:
    """``08:15``; midnight at the end of the day is ``24:00``, after it the next day's time."""
    if minutes > DAY_MIN:
        minutes -= DAY_MIN
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


class Timetable(models.Model):
    """What counts for a site at one moment (grille horaire): versions of its Community's
    calendars and of its opening hours. The same combination is one row, whoever keeps it."""

    community = models.CharField(max_length=4, choices=Community)
    opening = models.ForeignKey(
        OpeningHours, models.PROTECT, related_name="+", null=True, blank=True
    )
    """Null: the site had not entered any hours."""
    calendars = ArrayField(models.BigIntegerField(), default=list)
    """Keys of sealed calendars, ascending; a trigger makes sure that they exist."""

    class Meta:
        verbose_name = _("grille horaire")
        verbose_name_plural = _("grilles horaires")
        constraints = [
            models.UniqueConstraint(
                fields=["community", "opening", "calendars"],
                nulls_distinct=False,
                name="timetable_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.community} {self.calendars} {self.opening_id or '–'}"


def communities_seen(user: User | AnonymousUser) -> list[str]:
    """The Communities of the schools that a person sees, in the order of their choices."""
    if scope_of(user).region:
        return list(Community.values)
    seen = School.objects.visible_to(user).order_by().values_list("community", flat=True)
    found = set(seen.distinct())
    return [key for key in Community.values if key in found]

"""Beside the bookings: who waits for a slot that another has, and who follows theirs elsewhere."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models.booking import READERS, Bookable
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own, and those of the sites one works for."""
        if not user.is_authenticated:
            return self.none()
        scope = scope_of(user, READERS)
        if scope.region:
            return self
        mine = Q(person=user.pk, bookable__site__in=Site.objects.visible_to(user))
        return self.filter(sites_q(scope, "bookable__site") | mine)

    def waiting(self, now: dt.datetime) -> Self:
        """Those still of use: not withdrawn, their slot still to come."""
        return self.filter(closed_at=None, span__startswith__gt=now)


class Wish(models.Model):
    """Somebody waits for a slot that another has (liste d’attente). Told when it comes free."""

    bookable = models.ForeignKey(Bookable, models.CASCADE, related_name="wishes")
    span = DateTimeRangeField(_("quand"))
    periods = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    made_at = models.DateTimeField(_("depuis"), default=timezone.now)
    told_at = models.DateTimeField(_("averti le"), null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    """Withdrawn, or fulfilled by a booking."""

    objects = WishQuerySet.as_manager()

    class Meta:
        verbose_name = _("attente")
        verbose_name_plural = _("liste d’attente")
        ordering = ["made_at", "pk"]
        constraints = [
            ExclusionConstraint(
                name="wish_once_per_person",
                condition=Q(closed_at=None),
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("bookable", RangeOperators.EQUAL),
                    ("span", RangeOperators.EQUAL),
                ],
            ),
        ]
        indexes = [
            models.Index(
                fields=["bookable", "made_at"],
                condition=Q(closed_at=None),
                name="wish_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.bookable}, {timezone.localtime(self.span.lower):%d/%m/%Y %H:%M}"


class CalendarFeedQuerySet(models.QuerySet["CalendarFeed"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own alone."""
        return self.filter(person=user.pk) if user.is_authenticated else self.none()


class CalendarFeed(models.Model):
    """The secret address at which a calendar program reads a person's bookings. Shown once:
    what is stored is its digest. A new one revokes the former."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_("créée le"), default=timezone.now)
    read_at = models.DateTimeField(_("lue le"), null=True, blank=True)

    objects = CalendarFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda à part")
        verbose_name_plural = _("agendas à part")

    def __str__(self) -> str:
        return str(self.person)

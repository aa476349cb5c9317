"""Equipment that a school shares, and who has booked it when.

No slot is ever given twice: an exclusion constraint holds it, buffer included, whichever door
writes and however many write at once.
"""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.models.devices import Device
from schools.models import RoleKind, Room, Site, User
from schools.models.calendars import DAY_MIN
from schools.models.scope import scope_of, sites_q

READERS = frozenset(
    {
        RoleKind.CONTACT.value,
        RoleKind.HEAD.value,
        RoleKind.AUTHORITY.value,
        RoleKind.CENTRAL_TECHNICIAN.value,
        RoleKind.LOCAL_TECHNICIAN.value,
    }
)
"""Who reads that somebody has booked something: those who run the school or mend what it has."""


class BookableKind(models.TextChoices):
    """What is shared."""

    TROLLEY = "trolley", _("chariot de portables")
    TABLETS = "tablets", _("lot de tablettes")
    PROJECTOR = "projector", _("projecteur")
    ROBOTICS = "robotics", _("mallette de robotique")
    ROOM = "room", _("local équipé")
    OTHER = "other", pgettext_lazy("bookable", "autre matériel")


class Bookers(models.TextChoices):
    """Who may book it; :data:`inventory.access.booking.BOOKING_ROLES` says by which roles."""

    STAFF = "staff", _("l’équipe de l’école")
    HEADS = "heads", _("la direction seule")


class BookableQuerySet(models.QuerySet["Bookable"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def offered(self) -> Self:
        """Those that one may still book."""
        return self.filter(withdrawn_on=None)


class Bookable(models.Model):
    """What a school lends to its own people for some periods: one device, a set, or a room."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    name = models.CharField(_("nom"), max_length=60)
    kind = models.CharField(_("type"), max_length=10, choices=BookableKind)
    room = models.ForeignKey(
        Room,
        models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("local"),
    )
    """The room itself, or where it is fetched."""
    count = models.PositiveSmallIntegerField(_("nombre de pièces"), default=1)
    bookers = models.CharField(
        _("réservable par"), max_length=10, choices=Bookers, default=Bookers.STAFF
    )
    needs_approval = models.BooleanField(_("avec accord de la direction"), default=False)
    longest_min = models.PositiveSmallIntegerField(_("durée maximale (minutes)"), default=480)
    buffer_min = models.PositiveSmallIntegerField(_("battement après (minutes)"), default=0)
    """Time to charge and put away, during which nobody else may have it."""
    opens_min = models.PositiveSmallIntegerField(_("disponible dès"), default=0)
    closes_min = models.PositiveSmallIntegerField(_("disponible jusqu’à"), default=DAY_MIN)
    ahead_days = models.PositiveSmallIntegerField(_("réservable à l’avance (jours)"), default=300)
    notes = models.CharField(_("consignes"), max_length=300, blank=True)
    withdrawn_on = models.DateField(_("retiré le"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BookableQuerySet.as_manager()

    class Meta:
        verbose_name = _("matériel partagé")
        verbose_name_plural = _("matériel partagé")
        ordering = ["site", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=Q(withdrawn_on=None),
                name="bookable_name_once_per_site",
            ),
            models.CheckConstraint(
                name="bookable_has_sane_limits",
                condition=Q(
                    count__gte=1,
                    longest_min__range=(5, 7 * DAY_MIN),
                    buffer_min__lte=DAY_MIN,
                    closes_min__gt=F("opens_min"),
                    closes_min__lte=DAY_MIN,
                    ahead_days__range=(1, 400),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BookableDevice(models.Model):
    """A device of a set. It belongs to one set alone: in two, it could be lent twice."""

    bookable = models.ForeignKey(Bookable, models.CASCADE, related_name="pieces")
    device = models.OneToOneField(Device, models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("pièce d’un lot")
        verbose_name_plural = _("pièces d’un lot")

    def __str__(self) -> str:
        return f"{self.bookable}: {self.device}"


class BookingState(models.TextChoices):
    """Where a booking is. The first three hold the slot."""

    ASKED = "asked", _("à approuver")
    BOOKED = "booked", _("réservé")
    OUT = "out", _("remis")
    RETURNED = "returned", _("rendu")
    CANCELLED = "cancelled", _("annulé")
    REFUSED = "refused", _("refusé")


HOLDING = (BookingState.ASKED, BookingState.BOOKED, BookingState.OUT)
SHOWN = (*HOLDING, BookingState.RETURNED)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """One's own at the sites one sees, and those of the sites one works for."""
        if not user.is_authenticated:
            return self.none()
        scope = scope_of(user, READERS)
        if scope.region:
            return self
        mine = Q(person=user.pk, bookable__site__in=Site.objects.visible_to(user))
        return self.filter(sites_q(scope, "bookable__site") | mine)

    def holding(self) -> Self:
        """Those for which the slot is taken."""
        return self.filter(state__in=HOLDING)

    def late(self, now: dt.datetime) -> Self:
        """Handed out, and not back at the end."""
        return self.filter(state=BookingState.OUT, span__endswith__lt=now)


class Booking(models.Model):
    """Somebody has a bookable for a span. ``blocked`` is that span and the buffer after it."""

    bookable = models.ForeignKey(Bookable, models.PROTECT, related_name="bookings")
    span = DateTimeRangeField(_("quand"))
    blocked = DateTimeRangeField()
    state = models.CharField(
        _("état"), max_length=10, choices=BookingState, default=BookingState.BOOKED
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("réservé par"),
    )
    class_text = models.CharField(_("classe"), max_length=30, blank=True)
    purpose = models.CharField(_("pour quoi"), max_length=200, blank=True)
    periods = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    """Numbers of the lesson periods, as the grid had them when it was booked."""
    series = models.UUIDField(null=True, blank=True, editable=False)
    """The same for all bookings of one weekly run."""
    request_key = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    made_at = models.DateTimeField(_("réservé le"), default=timezone.now)
    approved_at = models.DateTimeField(null=True, blank=True)
    """Null: nobody has said yes, where a yes is needed."""
    out_at = models.DateTimeField(_("remis le"), null=True, blank=True)
    returned_at = models.DateTimeField(_("rendu le"), null=True, blank=True)
    said = models.CharField(_("remarque"), max_length=300, blank=True)
    """Why it was cancelled or refused; what was noticed on return."""
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("réservation")
        verbose_name_plural = _("réservations")
        ordering = ["span", "pk"]
        constraints = [
            ExclusionConstraint(
                name="booking_never_twice",
                condition=Q(state__in=[state.value for state in HOLDING]),
                expressions=[
                    ("bookable", RangeOperators.EQUAL),
                    ("blocked", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(
                name="booking_span_is_whole",
                condition=Q(
                    span__isempty=False,
                    span__lower_inf=False,
                    span__upper_inf=False,
                    blocked__contains=F("span"),
                    blocked__startswith=F("span__startswith"),
                ),
            ),
            models.CheckConstraint(
                name="booking_asked_until_approved",
                condition=~Q(state="asked", approved_at__isnull=False)
                & ~Q(state__in=["booked", "out", "returned"], approved_at=None),
            ),
            models.CheckConstraint(
                name="booking_out_before_it_returns",
                condition=Q(state="out", out_at__isnull=False, returned_at=None)
                | Q(state="returned", out_at__isnull=False, returned_at__isnull=False)
                | (~Q(state__in=["out", "returned"]) & Q(out_at=None, returned_at=None)),
            ),
        ]
        indexes = [
            GistIndex(fields=["bookable", "span"], name="booking_by_span"),
            models.Index(fields=["person", "series"], name="booking_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.bookable}, {timezone.localtime(self.span.lower):%d/%m/%Y %H:%M}"

    @property
    def starts_at(self) -> dt.datetime:
        """Its first instant."""
        return self.span.lower  # type: ignore[no-any-return]

    @property
    def ends_at(self) -> dt.datetime:
        """The instant at which it is over, buffer apart."""
        return self.span.upper  # type: ignore[no-any-return]

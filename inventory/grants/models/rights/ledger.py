"""The ledger of drawing rights: what a site was granted, and every move of it.

A movement is written once, balanced, and never changed; what is wrong is put right by another.
PostgreSQL keeps the balances of a right from its entries, and none of them can be negative.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from inventory.grants.models.rights.programmes import Computation, Programme
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class Account(models.TextChoices):
    """Where money of a right stands. ``granted`` is where it comes from: entered as a minus."""

    GRANTED = "granted", pgettext_lazy("account", "accordé")
    UNRELEASED = "unreleased", pgettext_lazy("account", "à libérer")
    AVAILABLE = "available", pgettext_lazy("account", "disponible")
    RESERVED = "reserved", pgettext_lazy("account", "réservé")
    COMMITTED = "committed", pgettext_lazy("account", "engagé")
    CONSUMED = "consumed", pgettext_lazy("account", "consommé")
    EXPIRED = "expired", pgettext_lazy("account", "échu")


class MovementKind(models.TextChoices):
    GRANT = "grant", _("octroi")
    REVISE = "revise", _("révision du montant")
    RELEASE = "release", _("libération")
    RESERVE = "reserve", _("réservation")
    COMMIT = "commit", _("engagement")
    CONSUME = "consume", _("consommation")
    VOID = "void", _("annulation")
    EXPIRE = "expire", _("échéance")
    CORRECT = "correct", _("correction")


def euros(verbose: Promise) -> models.DecimalField[Decimal, Decimal]:
    """A balance in euros, written by the entries alone."""
    return models.DecimalField(
        verbose,  # type: ignore[arg-type]  # a lazy text
        max_digits=12,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
    )


class DrawingRightQuerySet(models.QuerySet["DrawingRight"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))

    def usable(self, on: dt.date) -> Self:
        """Those whose period of use holds that day."""
        return self.filter(usable_from__lte=on, usable_until__gte=on)

    def to_draw_from(self, on: dt.date) -> Self:
        """The one that ends first, first."""
        return self.usable(on).order_by("usable_until", "pk")


class DrawingRight(models.Model):
    """What a site may draw in a programme (droit de tirage), in euros."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="rights")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    usable_from = models.DateField(_("utilisable dès le"))
    usable_until = models.DateField(_("utilisable jusqu’au"))
    granted = euros(_("accordé"))
    unreleased = euros(_("à libérer"))
    available = euros(_("disponible"))
    reserved = euros(_("réservé"))
    committed = euros(_("engagé"))
    consumed = euros(_("consommé"))
    expired = euros(_("échu"))
    released = models.GeneratedField(
        verbose_name=_("libéré"),
        expression=F("granted") - F("unreleased"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )

    objects = DrawingRightQuerySet.as_manager()

    class Meta:
        verbose_name = _("droit de tirage")
        verbose_name_plural = _("droits de tirage")
        ordering = ["site", "-usable_until", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "site"], name="one_right_per_site"),
            models.CheckConstraint(
                name="right_ends_after_it_begins",
                condition=Q(usable_until__gte=F("usable_from")),
            ),
            models.CheckConstraint(
                name="right_is_never_overdrawn",
                condition=Q(
                    unreleased__gte=0,
                    available__gte=0,
                    reserved__gte=0,
                    committed__gte=0,
                    consumed__gte=0,
                    expired__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="right_is_balanced",
                condition=Q(
                    granted=F("unreleased")
                    + F("available")
                    + F("reserved")
                    + F("committed")
                    + F("consumed")
                    + F("expired")
                ),
            ),
        ]
        indexes = [models.Index(fields=["site", "usable_until"], name="right_to_draw_from")]

    def __str__(self) -> str:
        return f"{self.site} · {self.programme}"

    @property
    def used(self) -> Decimal:
        """Reserved, committed or consumed."""
        return self.reserved + self.committed + self.consumed


class MovementQuerySet(models.QuerySet["Movement"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those that move a right one sees."""
        scope = scope_of(user)
        if scope.region:
            return self
        mine = Entry.objects.filter(sites_q(scope, "right__site"), movement=models.OuterRef("pk"))
        return self.filter(models.Exists(mine))


class Movement(models.Model):
    """One move, whole: its entries are written with it, and the key makes it happen once."""

    kind = models.CharField(_("écriture"), max_length=8, choices=MovementKind)
    key = models.CharField(max_length=200, unique=True)
    cause = models.CharField(_("cause"), max_length=60, blank=True)
    """``application:12``; empty where the Region itself moves the right."""
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    """For whom: where rights are pooled, another site's right may pay."""
    amount = models.DecimalField(_("montant"), max_digits=12, decimal_places=2)
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    at = models.DateTimeField(_("le"), default=timezone.now)
    actor = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    actor_text = models.CharField(_("par"), max_length=200)
    why = models.CharField(_("motif"), max_length=500, blank=True)
    computation = models.ForeignKey(
        Computation, models.PROTECT, related_name="movements", null=True, blank=True
    )

    objects = MovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("écriture")
        verbose_name_plural = _("écritures")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["cause"], condition=~Q(cause=""), name="movement_of_cause"),
            models.Index(fields=["-at", "-id"], name="movement_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.site}"


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "right__site"))


class Entry(models.Model):
    """What a movement takes from, or adds to, one account of one right."""

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="entries")
    right = models.ForeignKey(DrawingRight, models.PROTECT, related_name="entries")
    account = models.CharField(_("compte"), max_length=10, choices=Account)
    amount = models.DecimalField(_("montant"), max_digits=12, decimal_places=2)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ligne d’écriture")
        verbose_name_plural = _("lignes d’écritures")
        ordering = ["movement", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["movement", "right", "account"], name="one_entry_per_account"
            ),
            models.CheckConstraint(name="entry_moves_something", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return f"{self.get_account_display()} {self.amount:+}"


class DrawQuerySet(models.QuerySet["Draw"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "right__site"))

    def open(self) -> Self:
        """With something still reserved or committed."""
        return self.filter(Q(reserved__gt=0) | Q(committed__gt=0))


class Draw(models.Model):
    """What one cause (a file) holds of one right now; kept by the entries."""

    right = models.ForeignKey(DrawingRight, models.PROTECT, related_name="draws")
    cause = models.CharField(_("cause"), max_length=60)
    reserved = euros(_("réservé"))
    committed = euros(_("engagé"))
    consumed = euros(_("consommé"))

    objects = DrawQuerySet.as_manager()

    class Meta:
        verbose_name = _("tirage")
        verbose_name_plural = _("tirages")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["cause", "right"], name="one_draw_per_cause"),
            models.CheckConstraint(
                name="draw_is_never_negative",
                condition=Q(reserved__gte=0, committed__gte=0, consumed__gte=0),
            ),
        ]

    def __str__(self) -> str:
        return self.cause

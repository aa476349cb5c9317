"""Loans (prêts): a device of a pool is reserved, handed out, and comes back. Never two at once."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.equity.requests import LoanRequest
from byod.models.loans.pools import PoolItem
from byod.models.people.members import MEMBER_READERS, Member
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class LoanState(models.TextChoices):
    RESERVED = "reserved", pgettext_lazy("loan", "réservé")
    OUT = "out", pgettext_lazy("loan", "prêté")
    RETURNED = "returned", pgettext_lazy("loan", "rendu")
    CANCELLED = "cancelled", pgettext_lazy("loan", "annulé")


TAKEN = (LoanState.RESERVED, LoanState.OUT)


class LoanQuerySet(models.QuerySet["Loan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the site that lends. Everybody else reads counts."""
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def out(self) -> Self:
        return self.filter(state=LoanState.OUT)

    def taken(self) -> Self:
        """Those that hold their device now."""
        return self.filter(state__in=TAKEN)

    def overdue(self, today: dt.date) -> Self:
        """Out, and due before today. Told to the school alone."""
        return self.out().filter(due_on__lt=today)


class Loan(models.Model):
    """One device to one pupil, over a range of time that no other loan of the device may meet."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    """Which lends: the pupil's, whatever pool the device comes from."""
    item = models.ForeignKey(PoolItem, models.PROTECT, related_name="loans")
    charger = models.ForeignKey(PoolItem, models.PROTECT, related_name="+", null=True, blank=True)
    borrower = models.ForeignKey(
        Member, models.SET_NULL, related_name="loans", null=True, blank=True
    )
    """Null once forgotten (``unlinked_at``): nothing joins the pupil to the device any more."""
    request = models.ForeignKey(
        LoanRequest, models.SET_NULL, related_name="loans", null=True, blank=True
    )
    """Null once forgotten, as the borrower."""
    state = models.CharField(
        _("état"), max_length=10, choices=LoanState, default=LoanState.RESERVED
    )
    during = DateTimeRangeField(_("période"))
    """Half-open. A loan that is out has no end until it comes back: a late one holds its device."""
    due_on = models.DateField(_("à rendre le"))
    out_at = models.DateTimeField(_("prêté le"), null=True, blank=True)
    returned_at = models.DateTimeField(_("rendu le"), null=True, blank=True)
    unlinked_at = models.DateTimeField(_("anonymisé le"), null=True, blank=True)
    desk = models.ForeignKey(
        "byod.LoanDesk", models.SET_NULL, related_name="loans", null=True, blank=True
    )
    """The session in which it was handed out."""
    back_desk = models.ForeignKey(
        "byod.LoanDesk", models.SET_NULL, related_name="+", null=True, blank=True
    )
    """The session in which it came back."""
    without_charger = models.BooleanField(_("sans chargeur"), default=False)
    charger_back = models.BooleanField(_("chargeur rendu"), null=True, blank=True)
    """Null: not looked at yet, or there is none."""
    replaces = models.ForeignKey("self", models.SET_NULL, related_name="+", null=True, blank=True)
    """The loan whose device it replaces, in the same request."""

    objects = LoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("prêt")
        verbose_name_plural = _("prêts")
        ordering = ["-pk"]
        constraints = [
            ExclusionConstraint(
                name="loan_device_to_one_at_a_time",
                expressions=[
                    ("item", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["reserved", "out", "returned"]),
            ),
            ExclusionConstraint(
                name="loan_charger_to_one_at_a_time",
                expressions=[
                    ("charger", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
                condition=Q(state__in=["reserved", "out", "returned"], charger__isnull=False),
            ),
            models.CheckConstraint(
                name="loan_tells_its_moments",
                condition=(
                    Q(state__in=["reserved", "cancelled"], returned_at=None)
                    | Q(state="out", out_at__isnull=False, returned_at=None)
                    | Q(state="returned", out_at__isnull=False, returned_at__gte=F("out_at"))
                ),
            ),
            models.CheckConstraint(
                name="loan_unlinked_knows_nobody",
                condition=Q(unlinked_at=None) | Q(borrower=None, request=None),
            ),
            models.CheckConstraint(
                name="loan_forgotten_once_it_ended",
                condition=Q(unlinked_at=None) | Q(state__in=["returned", "cancelled"]),
            ),
            models.CheckConstraint(
                name="loan_replaces_another",
                condition=Q(replaces=None) | ~Q(replaces=F("pk")),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "state", "due_on"], name="loan_by_site"),
            models.Index(fields=["borrower", "state"], name="loan_by_borrower"),
            models.Index(fields=["site", "-id"], name="loan_latest_of_site"),
            models.Index(fields=["due_on"], condition=Q(state="out"), name="loan_out_by_day"),
            models.Index(
                fields=["returned_at"], condition=Q(unlinked_at=None), name="loan_to_forget"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_state_display()}"

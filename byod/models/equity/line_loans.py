"""Loans of lines (prêts de connexion): one household, one line; who is asked whether it is used."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.equity.lines import Line
from byod.models.equity.requests import LoanRequest
from byod.models.people.members import MEMBER_READERS, Member
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class LineLoanState(models.TextChoices):
    OUT = "out", pgettext_lazy("line loan", "prêtée")
    RETURNED = "returned", pgettext_lazy("line loan", "rendue")


class LineLoanQuerySet(models.QuerySet["LineLoan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the pupil's site. Everybody else reads counts."""
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def out(self) -> Self:
        return self.filter(state=LineLoanState.OUT)


class LineLoan(models.Model):
    """One line to one pupil, over a range of time that no other loan of it may meet."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, models.PROTECT, related_name="loans")
    borrower = models.ForeignKey(
        Member, models.SET_NULL, related_name="line_loans", null=True, blank=True
    )
    request = models.ForeignKey(
        LoanRequest, models.SET_NULL, related_name="line_loans", null=True, blank=True
    )
    household = models.CharField(max_length=64, blank=True, editable=False)
    """HMAC of what tells the household (``actions.equity.household``); empty: not known."""
    household_lifted = models.CharField(_("limite levée parce que"), max_length=300, blank=True)
    """Why the head gave this household a second line."""
    state = models.CharField(
        _("état"), max_length=8, choices=LineLoanState, default=LineLoanState.OUT
    )
    during = DateTimeRangeField(_("période"))
    """Half-open; without end while it is out."""
    due_on = models.DateField(_("à rendre le"))
    out_at = models.DateTimeField(_("prêtée le"), default=timezone.now)
    returned_at = models.DateTimeField(_("rendue le"), null=True, blank=True)
    end_why = models.CharField(
        _("fin"),
        max_length=8,
        blank=True,
        choices=[
            ("back", _("rendue")),
            ("unused", _("reprise\u00a0: inutilisée")),
            ("lost", _("perdue")),
            ("expired", _("expirée")),
        ],
    )
    unlinked_at = models.DateTimeField(_("anonymisé le"), null=True, blank=True)

    objects = LineLoanQuerySet.as_manager()

    class Meta:
        verbose_name = _("prêt de connexion")
        verbose_name_plural = _("prêts de connexion")
        ordering = ["-pk"]
        constraints = [
            ExclusionConstraint(
                name="line_to_one_at_a_time",
                expressions=[
                    ("line", RangeOperators.EQUAL),
                    ("during", RangeOperators.OVERLAPS),
                ],
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(state="out", household_lifted="") & ~Q(household=""),
                name="line_one_per_household",
            ),
            models.CheckConstraint(
                name="line_loan_tells_its_moments",
                condition=Q(state="out", returned_at=None, end_why="")
                | Q(state="returned", returned_at__gte=F("out_at")) & ~Q(end_why=""),
            ),
            models.CheckConstraint(
                name="line_loan_unlinked_knows_nobody",
                condition=Q(unlinked_at=None) | Q(borrower=None, request=None, household=""),
            ),
        ]
        indexes = [
            models.Index(fields=["site", "state", "due_on"], name="line_loan_by_site"),
            models.Index(fields=["borrower", "state"], name="line_loan_by_borrower"),
        ]

    def __str__(self) -> str:
        return f"{self.line} · {self.get_state_display()}"


class LineNoticeKind(models.TextChoices):
    UNUSED_PUPIL = "pupil", _("inutilisée\u00a0: élève")
    UNUSED_GUARDIAN = "guardian", _("inutilisée\u00a0: parent")
    UNUSED_SCHOOL = "school", _("inutilisée\u00a0: école")
    EXPIRES = "expires", _("expire bientôt")


class LineNoticeQuerySet(models.QuerySet["LineNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(loan__in=LineLoan.objects.visible_to(user).values("pk"))

    def unsent(self) -> Self:
        return self.filter(mailed_at=None).order_by("pk")


class LineNotice(models.Model):
    """That somebody is asked about a line that is lent: written once, then mailed once."""

    loan = models.ForeignKey(LineLoan, models.CASCADE, related_name="notices")
    kind = models.CharField(_("avis"), max_length=8, choices=LineNoticeKind)
    noted_on = models.DateField(_("noté le"))
    mailed_at = models.DateTimeField(_("envoyé le"), null=True, blank=True)
    """Claimed before it leaves: a killed worker writes one letter less, never a second one."""

    objects = LineNoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("avis sur une connexion")
        verbose_name_plural = _("avis sur des connexions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["loan", "kind"], name="line_notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.kind}"

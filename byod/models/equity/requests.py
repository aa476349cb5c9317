"""Requests (demandes de prêt): a pupil needs a device, a line or both; the school decides."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.people.members import MEMBER_READERS, Member, SchoolClass
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class RequestState(models.TextChoices):
    """From asked to served; a refusal and a withdrawal keep their reason."""

    ASKED = "asked", pgettext_lazy("loan request", "à décider")
    GRANTED = "granted", pgettext_lazy("loan request", "accordée")
    SERVED = "served", pgettext_lazy("loan request", "servie")
    REFUSED = "refused", pgettext_lazy("loan request", "refusée")
    WITHDRAWN = "withdrawn", pgettext_lazy("loan request", "retirée")


class AskedBy(models.TextChoices):
    """Through which door a request came."""

    FAMILY = "family", _("la famille")
    SCHOOL = "school", _("l’école")
    SURVEY = "survey", _("le recensement")


WAITING = (RequestState.ASKED, RequestState.GRANTED)


class LoanRequestQuerySet(models.QuerySet["LoanRequest"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the site. Everybody else reads counts of five and more."""
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def waiting(self) -> Self:
        return self.filter(state__in=WAITING)


class LoanRequest(models.Model):
    """That a pupil of a site needs something. Why the family needs it is nobody's business."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    member = models.ForeignKey(
        Member, models.SET_NULL, related_name="loan_requests", null=True, blank=True
    )
    """Null once forgotten: the row stays a figure."""
    school_class = models.ForeignKey(
        SchoolClass, models.SET_NULL, related_name="+", null=True, blank=True
    )
    year = models.PositiveSmallIntegerField(_("année scolaire"))
    wants_device = models.BooleanField(_("un appareil"), default=True)
    wants_charger = models.BooleanField(_("un chargeur"), default=True)
    wants_line = models.BooleanField(_("une connexion"), default=False)
    state = models.CharField(
        _("état"), max_length=10, choices=RequestState, default=RequestState.ASKED
    )
    asked_at = models.DateTimeField(_("demandée le"), default=timezone.now)
    decided_at = models.DateTimeField(_("décidée le"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )
    reason = models.CharField(_("motif"), max_length=300, blank=True)
    """Of the decision, in words that may be shown to the family."""
    served_at = models.DateTimeField(_("servie le"), null=True, blank=True)
    asked_by = models.CharField(
        _("demandée par"), max_length=6, choices=AskedBy, default=AskedBy.SCHOOL
    )
    proposal = models.CharField(
        _("proposition"),
        max_length=7,
        blank=True,
        choices=[("granted", _("accorder")), ("refused", _("refuser"))],
    )
    """What the contact person prepared for the head."""
    proposal_why = models.CharField(_("motif proposé"), max_length=300, blank=True)
    exception_why = models.CharField(_("urgence sociale"), max_length=300, blank=True)
    """Why the head puts it first. Read by head and contact alone; the journal does not tell it."""
    exception_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True, blank=True
    )

    objects = LoanRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("demande de prêt")
        verbose_name_plural = _("demandes de prêt")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "year"],
                condition=Q(state__in=["asked", "granted"], member__isnull=False),
                name="loan_request_one_waiting",
            ),
            models.CheckConstraint(
                name="loan_request_wants_something",
                condition=Q(wants_device=True) | Q(wants_line=True),
            ),
            models.CheckConstraint(
                name="loan_request_served_says_when",
                condition=Q(state="served", served_at__isnull=False)
                | ~Q(state="served") & Q(served_at=None),
            ),
            models.CheckConstraint(
                name="loan_request_end_has_a_reason",
                condition=~Q(state__in=["refused", "withdrawn"]) | ~Q(reason=""),
            ),
        ]
        indexes = [models.Index(fields=["site", "year", "state"], name="loan_request_by_site")]

    def __str__(self) -> str:
        return f"{self.site} · {self.asked_at:%Y-%m-%d}"

"""The desk (guichet): a session of work of one clerk, and what was scanned in it.

A scan tells what it was and what came of it, never whom: the pupil is read through the loan, for as
long as the loan knows its pupil.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from byod.models.loans.pools import PoolItem
from byod.models.people.members import MEMBER_READERS, Member, SchoolClass
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class DeskMode(models.TextChoices):
    """In which direction devices go."""

    LEND = "lend", _("Prêter")
    RETURN = "return", pgettext_lazy("desk", "Rendre")


class LoanDeskQuerySet(models.QuerySet["LoanDesk"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """By those who run the site."""
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def open(self) -> Self:
        return self.filter(ended_at=None)


class LoanDesk(models.Model):
    """A session at the desk (séance): where, for which class, until when, who stands there now."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    clerk = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    mode = models.CharField(_("sens"), max_length=6, choices=DeskMode, default=DeskMode.LEND)
    school_class = models.ForeignKey(
        SchoolClass, models.SET_NULL, related_name="+", null=True, blank=True
    )
    """Whose list stands beside; pupils of other classes are served all the same."""
    due_on = models.DateField(_("à rendre le"))
    begun_at = models.DateTimeField(_("commencée à"), default=timezone.now)
    ended_at = models.DateTimeField(_("terminée à"), null=True, blank=True)
    pupil = models.ForeignKey(Member, models.SET_NULL, related_name="+", null=True, blank=True)
    """Who stands at the desk now; nobody once the session is over."""
    loan = models.ForeignKey("byod.Loan", models.SET_NULL, related_name="+", null=True, blank=True)
    """The loan in hand, whose charger is still to be scanned."""
    absent = ArrayField(models.BigIntegerField(), default=list, blank=True)
    """Pupils of the class who are not there today; forgotten with the session."""

    objects = LoanDeskQuerySet.as_manager()

    class Meta:
        verbose_name = _("séance au guichet de prêt")
        verbose_name_plural = _("séances au guichet de prêt")
        ordering = ["-begun_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["clerk", "site"],
                condition=Q(ended_at=None),
                name="desk_one_open_per_clerk",
            ),
            models.CheckConstraint(
                name="desk_ended_holds_nobody",
                condition=Q(ended_at=None)
                | Q(pupil=None, loan=None, absent=[], ended_at__gte=F("begun_at")),
            ),
        ]
        indexes = [models.Index(fields=["site", "-begun_at"], name="desk_by_site")]

    def __str__(self) -> str:
        return f"{self.site} · {timezone.localtime(self.begun_at):%d/%m/%Y %H:%M}"


class ScanOutcome(models.TextChoices):
    """What came of a scan. The words are ``byod.desk_words``'s."""

    AT_DESK = "at_desk", _("élève au guichet")
    ABSENT = "absent", _("absent")
    LENT = "lent", _("prêté")
    OTHER_CHARGER = "other_charger", _("autre chargeur")
    RETURNED = "returned", _("rendu")
    CHARGER_BACK = "charger_back", _("chargeur rendu")
    GRADED = "graded", _("état noté")
    STEPPED = "stepped", _("pas en arrière")
    UNKNOWN = "unknown", _("inconnu")
    SEVERAL = "several", _("plusieurs élèves")
    NO_REQUEST = "no_request", _("sans demande accordée")
    HAS_ONE = "has_one", _("a déjà un appareil")
    NOT_IN_POOL = "not_in_pool", _("hors réserve")
    IN_REPAIR = "in_repair", _("en réparation")
    GONE = "gone", _("perdu ou retiré")
    OUT = "out", _("déjà prêté")
    RESERVED = "reserved", _("réservé à un autre")
    ELSEWHERE = "elsewhere", _("d’une autre école")
    QUOTA = "quota", _("part de la réserve prise")
    NOT_OUT = "not_out", _("pas prêté")
    WANTS_PUPIL = "wants_pupil", _("élève attendu")
    WANTS_DEVICE = "wants_device", _("appareil attendu")
    WANTS_CHARGER = "wants_charger", _("chargeur attendu")


class DeskScanQuerySet(models.QuerySet["DeskScan"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "desk__site"))


class DeskScan(models.Model):
    """One scan. Its key is the browser's: sent again, it is answered and does nothing."""

    desk = models.ForeignKey(LoanDesk, models.CASCADE, related_name="scans")
    key = models.UUIDField(unique=True)
    outcome = models.CharField(max_length=14, choices=ScanOutcome)
    item = models.ForeignKey(PoolItem, models.SET_NULL, related_name="+", null=True, blank=True)
    loan = models.ForeignKey("byod.Loan", models.SET_NULL, related_name="+", null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)
    """When it was scanned, as the browser says: what waited for the network comes later."""
    received_at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = DeskScanQuerySet.as_manager()

    class Meta:
        verbose_name = _("lecture au guichet")
        verbose_name_plural = _("lectures au guichet")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["desk", "-id"], name="desk_scan_latest")]

    def __str__(self) -> str:
        return f"{self.key} · {self.get_outcome_display()}"

"""Agreements: the PO consents to central assistance, the school to supervision (M42)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Authority, School, Site, SiteQuerySet
from schools.models.scope import scope_of


class ConsentKind(models.TextChoices):
    ASSISTANCE = "assistance", _("assistance centrale")
    SUPERVISION = "supervision", _("supervision")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def live(self, on: dt.date) -> Self:
        """Consents in force on a day. One revoked on a day no longer counts that day."""
        return self.filter(given_on__lte=on).filter(
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=on)
        )

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Consents of the schools, and of the POs of the schools, that the person sees."""
        if scope_of(user).region:
            return self
        sites = Site.objects.visible_to(user)
        return self.filter(
            Q(Exists(sites.filter(school=OuterRef("school"))))
            | Q(Exists(sites.filter(school__authority=OuterRef("authority"))))
        )


class Consent(models.Model):
    """Dated, revocable, never deleted. Assistance is the PO's to give, supervision the school's."""

    kind = models.CharField(_("objet"), max_length=12, choices=ConsentKind)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="consents", null=True, blank=True
    )
    school = models.ForeignKey(
        School, models.PROTECT, related_name="consents", null=True, blank=True
    )
    given_on = models.DateField(_("donné le"))
    revoked_on = models.DateField(_("retiré le"), null=True, blank=True)
    signed_by = models.CharField(_("signé par"), max_length=150)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord")
        verbose_name_plural = _("accords")
        ordering = ["-given_on"]
        constraints = [
            models.CheckConstraint(
                name="consent_given_by_whom_it_binds",
                condition=(
                    Q(kind="assistance", authority__isnull=False, school=None)
                    | Q(kind="supervision", authority=None, school__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="consent_revoked_after_given",
                condition=Q(revoked_on__isnull=True) | Q(revoked_on__gte=models.F("given_on")),
            ),
            models.UniqueConstraint(
                fields=["authority", "kind"],
                condition=Q(revoked_on__isnull=True, authority__isnull=False),
                name="one_live_consent_per_authority",
            ),
            models.UniqueConstraint(
                fields=["school", "kind"],
                condition=Q(revoked_on__isnull=True, school__isnull=False),
                name="one_live_consent_per_school",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.authority or self.school}"


def supervised_sites(on: dt.date) -> SiteQuerySet:
    """Sites whose PO accepts central assistance *and* whose school accepts supervision (M42)."""
    live = Consent.objects.live(on)
    return Site.objects.filter(
        Exists(live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("school__authority"))),
        Exists(live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("school"))),
    )

"""Agreements: the PO consents to central assistance, the school to supervision (M42)."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from schools.models.people import User
from schools.models.places import Authority, School, Site, SiteQuerySet
from schools.models.scope import scope_of


def in_force_range(begin: str, end: str) -> Func:
    """The days from ``begin`` on, ``end`` no longer included; open where ``end`` is null."""
    return Func(F(begin), F(end), function="daterange", output_field=DateRangeField())


class ConsentKind(models.TextChoices):
    ASSISTANCE = "assistance", _("assistance centrale")
    SUPERVISION = "supervision", _("supervision")


class AgreementTextQuerySet(models.QuerySet["AgreementText"]):
    def current(self, kind: str) -> AgreementText | None:
        """The latest version of one kind: what a person signs today."""
        return self.filter(kind=kind).order_by("-version").first()


class AgreementText(models.Model):
    """A version of what is signed, French and German. Frozen: the database refuses changes."""

    kind = models.CharField(_("objet"), max_length=12, choices=ConsentKind)
    version = models.PositiveSmallIntegerField(_("version"))
    body_fr = models.TextField(_("texte français"))
    body_de = models.TextField(_("texte allemand"))

    objects = AgreementTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("texte d’accord")
        verbose_name_plural = _("textes d’accord")
        ordering = ["kind", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="agreement_text_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, version {self.version}"


class ConsentQuerySet(models.QuerySet["Consent"]):
    def live(self, on: dt.date) -> Self:
        """Consents in force on a day. One revoked on a day no longer counts that day."""
        return self.filter(given_on__lte=on).filter(
            Q(revoked_on__isnull=True) | Q(revoked_on__gt=on)
        )

    def not_over(self, on: dt.date) -> Self:
        """Consents in force on a day or that begin later."""
        return self.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=on)).exclude(
            revoked_on=F("given_on")
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
    text = models.ForeignKey(
        AgreementText,
        models.PROTECT,
        verbose_name=_("texte signé"),
        related_name="consents",
        null=True,
        blank=True,
    )
    under = models.ForeignKey(
        Authority,
        models.PROTECT,
        verbose_name=_("pouvoir organisateur à la signature"),
        related_name="+",
        null=True,
        blank=True,
    )
    """The PO of the school on the day of the signature: a later change is shown, never guessed."""
    revoked_by = models.CharField(_("retiré par"), max_length=150, blank=True)
    revoked_why = models.CharField(_("motif du retrait"), max_length=500, blank=True)

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
            ExclusionConstraint(
                name="consents_of_an_authority_follow_one_another",
                expressions=[
                    ("authority", RangeOperators.EQUAL),
                    (in_force_range("given_on", "revoked_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(authority__isnull=False),
            ),
            ExclusionConstraint(
                name="consents_of_a_school_follow_one_another",
                expressions=[
                    ("school", RangeOperators.EQUAL),
                    (in_force_range("given_on", "revoked_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(school__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.owner}"

    @property
    def owner(self) -> Authority | School:
        """Whom it binds: the PO or the school."""
        owner = self.authority or self.school
        assert owner is not None  # a constraint of the table
        return owner

    def is_live(self, on: dt.date) -> bool:
        """In force on a day; the day of its withdrawal no longer counts."""
        return self.given_on <= on and (self.revoked_on is None or self.revoked_on > on)


def supervised_sites(on: dt.date) -> SiteQuerySet:
    """Sites whose PO accepts central assistance *and* whose school accepts supervision (M42)."""
    live = Consent.objects.live(on)
    return Site.objects.filter(
        Exists(live.filter(kind=ConsentKind.ASSISTANCE, authority=OuterRef("school__authority"))),
        Exists(live.filter(kind=ConsentKind.SUPERVISION, school=OuterRef("school"))),
    )

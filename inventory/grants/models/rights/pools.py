"""Rights held in common: a PO opens a pool, each head consents for the school, both dated."""

from __future__ import annotations

import datetime as dt
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from inventory.grants.models.rights.programmes import Programme
from schools.models import Authority, School, User


class PoolQuerySet(models.QuerySet["Pool"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of the authorities that one sees."""
        return self.filter(authority__in=Authority.objects.visible_to(user))

    def live(self, on: dt.date) -> Self:
        """Open on a day."""
        return self.filter(opened_on__lte=on).filter(Q(closed_on=None) | Q(closed_on__gt=on))


class Pool(models.Model):
    """A PO lets its consenting schools draw on one another's rights of a programme."""

    programme = models.ForeignKey(Programme, models.PROTECT, related_name="pools")
    authority = models.ForeignKey(Authority, models.PROTECT, related_name="+")
    opened_on = models.DateField(_("ouverte le"))
    opened_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    opened_by_text = models.CharField(_("ouverte par"), max_length=200)
    act = models.CharField(_("acte du pouvoir organisateur"), max_length=200)
    """Date and reference of the decision of the PO."""
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)
    closed_why = models.CharField(_("motif de la fin"), max_length=500, blank=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("mise en commun")
        verbose_name_plural = _("mises en commun")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "authority"],
                condition=Q(closed_on=None),
                name="one_open_pool_per_authority",
            ),
            models.CheckConstraint(
                name="pool_closes_after_it_opens",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} · {self.programme}"


class PoolConsentQuerySet(models.QuerySet["PoolConsent"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of pools that one sees: who shares knows with whom."""
        return self.filter(pool__in=Pool.objects.visible_to(user))

    def live(self, on: dt.date) -> Self:
        """Given, not withdrawn, the pool open; the school still of that PO."""
        return self.filter(
            Q(withdrawn_on=None) | Q(withdrawn_on__gt=on),
            Exists(Pool.objects.live(on).filter(pk=OuterRef("pool"))),
            given_on__lte=on,
            school__authority=F("pool__authority"),
        )


class PoolConsent(models.Model):
    """A head puts the school's rights in common: dated, revocable, never deleted."""

    pool = models.ForeignKey(Pool, models.PROTECT, related_name="consents")
    school = models.ForeignKey(School, models.PROTECT, related_name="+")
    given_on = models.DateField(_("donné le"))
    given_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, blank=True)
    given_by_text = models.CharField(_("donné par"), max_length=200)
    withdrawn_on = models.DateField(_("retiré le"), null=True, blank=True)
    withdrawn_by_text = models.CharField(_("retiré par"), max_length=200, blank=True)
    withdrawn_why = models.CharField(_("motif du retrait"), max_length=500, blank=True)

    objects = PoolConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("accord de mise en commun")
        verbose_name_plural = _("accords de mise en commun")
        ordering = ["school", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "school"],
                condition=Q(withdrawn_on=None),
                name="one_live_pool_consent",
            ),
            models.CheckConstraint(
                name="pool_consent_withdrawn_after_given",
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.school} · {self.pool}"

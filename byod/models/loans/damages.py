"""Damage (dégât), theft and loss: facts about a device. The helpdesk pulls them into tickets."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from byod.models.loans.loans import Loan
from byod.models.loans.pools import PoolItem
from byod.models.people.members import MEMBER_READERS
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class DamageKind(models.TextChoices):
    DAMAGE = "damage", _("abîmé ou en panne")
    THEFT = "theft", _("volé")
    LOSS = "loss", _("perdu")
    CHARGER = "charger", _("chargeur manquant")


class LoanDamageQuerySet(models.QuerySet["LoanDamage"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user, MEMBER_READERS), "site"))

    def open(self) -> Self:
        """Not yet repaired, found again or written off."""
        return self.filter(closed_at=None)


class LoanDamage(models.Model):
    """That something happened to a device of a pool. No money is asked: there is none here."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    item = models.ForeignKey(PoolItem, models.PROTECT, related_name="damages")
    loan = models.ForeignKey(Loan, models.SET_NULL, related_name="damages", null=True, blank=True)
    kind = models.CharField(_("ce qui est arrivé"), max_length=7, choices=DamageKind)
    parts = models.CharField(_("parties touchées"), max_length=60, blank=True)
    """Of ``conditions.PARTS``, comma between: facts, so that no free text tells who did it."""
    happened_on = models.DateField(_("survenu le"), null=True, blank=True)
    police_report = models.CharField(_("numéro du procès-verbal"), max_length=60, blank=True)
    told_at = models.DateTimeField(_("signalé le"), default=timezone.now)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True
    )
    closed_at = models.DateTimeField(_("réglé le"), null=True, blank=True)
    back_in_pool = models.BooleanField(_("revenu dans la réserve"), null=True, blank=True)

    objects = LoanDamageQuerySet.as_manager()

    class Meta:
        verbose_name = _("dégât ou perte d’un appareil prêté")
        verbose_name_plural = _("dégâts et pertes d’appareils prêtés")
        ordering = ["-told_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["item"], condition=Q(closed_at=None), name="damage_open_once_per_device"
            ),
            models.CheckConstraint(
                name="damage_closed_says_how",
                condition=Q(closed_at=None, back_in_pool=None)
                | Q(closed_at__isnull=False, back_in_pool__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} · {self.get_kind_display()}"

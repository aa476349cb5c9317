"""Pools (réserves de prêt): the devices that a school, a PO or a province may lend to pupils."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device, DeviceState
from schools.models import Authority, Province, School, Site, User
from schools.models.scope import scope_of, sites_q

LENDABLE = (DeviceState.IN_STOCK, DeviceState.INSTALLED)
"""In which situation a device of a pool may leave it."""


class LoanPoolQuerySet(models.QuerySet["LoanPool"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those from which a site that the person sees may lend."""
        sites = Site.objects.filter(sites_q(scope_of(user)))
        return self.filter(
            Q(school__in=sites.values("school"))
            | Q(authority__in=sites.values("school__authority"))
            | Exists(sites.filter(municipality__province=OuterRef("province")))
        )

    def of_site(self, site: Site) -> Self:
        """Open pools from which a site may lend."""
        return self.filter(
            Q(school=site.school_id)
            | Q(authority=site.school.authority_id)
            | Q(province=site.province),
            closed_on=None,
        )


class LoanPool(models.Model):
    """A pool belongs to one school, or is shared by those of a PO or of a province."""

    name = models.CharField(_("nom"), max_length=80)
    school = models.ForeignKey(School, models.PROTECT, related_name="+", null=True, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="+", null=True, blank=True
    )
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    closed_on = models.DateField(_("fermée le"), null=True, blank=True)

    objects = LoanPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("réserve de prêt")
        verbose_name_plural = _("réserves de prêt")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="pool_has_one_owner",
                condition=Q(school__isnull=False, authority=None, province="")
                | Q(school=None, authority__isnull=False, province="")
                | Q(school=None, authority=None) & ~Q(province=""),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PoolItemQuerySet(models.QuerySet["PoolItem"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(pool__in=LoanPool.objects.visible_to(user).values("pk"))

    def in_pool(self) -> Self:
        return self.filter(removed_at=None)

    def of_site(self, site: Site) -> Self:
        """What a site may lend: pools of its school, its PO and its province."""
        return self.in_pool().filter(pool__in=LoanPool.objects.of_site(site).values("pk"))

    def free(self) -> Self:
        """Devices that could be handed out now: in working order, neither out nor reserved."""
        taken = Q(loans__state__in=["reserved", "out"])
        return self.filter(is_charger=False, device__state__in=LENDABLE).exclude(
            pk__in=PoolItem.objects.filter(taken).values("pk")
        )


class PoolItem(models.Model):
    """A device (or a charger with a label of its own) that a pool lends."""

    pool = models.ForeignKey(LoanPool, models.PROTECT, related_name="items")
    device = models.ForeignKey(Device, models.PROTECT, related_name="+")
    is_charger = models.BooleanField(_("chargeur"), default=False)
    partner = models.ForeignKey(
        "self", models.SET_NULL, related_name="chargers", null=True, blank=True
    )
    """Of a charger: the device with which it makes a set."""
    added_at = models.DateTimeField(_("ajouté le"), default=timezone.now)
    removed_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = PoolItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("pièce d’une réserve")
        verbose_name_plural = _("pièces des réserves")
        ordering = ["pool", "device__name"]
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=Q(removed_at=None), name="pool_item_in_one_pool"
            ),
            models.CheckConstraint(
                name="pool_item_partner_of_a_charger",
                condition=Q(partner=None) | Q(is_charger=True),
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "device"], name="pool_item_by_pool"),
        ]

    def __str__(self) -> str:
        return str(self.device)

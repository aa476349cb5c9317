"""Pools (réserves de prêt): the devices that a school, a PO or a province may lend to pupils."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from inventory.models import Device, DeviceState
from schools.models import Authority, Province, School, Site, User
from schools.models.scope import scope_of, sites_q

LENDABLE = (DeviceState.IN_STOCK, DeviceState.INSTALLED)
"""In which situation a device of a pool may leave it."""


class LoanPoolQuerySet(models.QuerySet["LoanPool"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those from which a site that the person sees may lend, and shared ones of one's own."""
        scope = scope_of(user)
        if scope.region:
            return self
        sites = Site.objects.filter(sites_q(scope))
        near = Q(authority__in=sites.values("school__authority")) | Exists(
            sites.filter(municipality__province=OuterRef("province"))
        )
        named = Exists(PoolSite.objects.filter(pool=OuterRef("pk"), site__in=sites.values("pk")))
        return self.filter(
            Q(school__in=sites.values("school"))
            | near & (Q(everyone=True) | named)
            | Q(authority__in=scope.authorities)
            | Q(province__in=scope.provinces)
        )

    def of_site(self, site: Site) -> Self:
        """Open pools from which a site may lend."""
        near = Q(authority=site.school.authority_id) | Q(province=site.province)
        named = Exists(PoolSite.objects.filter(pool=OuterRef("pk"), site=site))
        return self.filter(
            Q(school=site.school_id) | near & (Q(everyone=True) | named), closed_on=None
        )

    def shared(self) -> Self:
        """Those of a PO or of a province."""
        return self.filter(school=None)

    def nearest_first(self) -> Self:
        """The school's own, then the PO's, then the province's."""
        return self.order_by("province", F("authority").asc(nulls_first=True), "pk")


class LoanPool(models.Model):
    """A pool belongs to one school, or is shared by those of a PO or of a province."""

    name = models.CharField(_("nom"), max_length=80)
    school = models.ForeignKey(School, models.PROTECT, related_name="+", null=True, blank=True)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="+", null=True, blank=True
    )
    province = models.CharField(_("province"), max_length=16, choices=Province, blank=True)
    everyone = models.BooleanField(_("ouverte à toutes les implantations"), default=True)
    """Of a shared pool: every site of its PO or province lends from it; else those of ``sites``."""
    each_at_most = models.PositiveSmallIntegerField(
        _("appareils à la fois, par implantation"), null=True, blank=True
    )
    """Of a shared pool; null: as many as there are. ``PoolSite.at_most`` goes before."""
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
            models.CheckConstraint(
                name="pool_of_a_school_has_no_rule",
                condition=Q(school=None) | Q(everyone=True, each_at_most=None),
            ),
            models.CheckConstraint(
                name="pool_lends_one_at_least",
                condition=Q(each_at_most=None) | Q(each_at_most__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Of a PO or of a province: several schools lend from it."""
        return self.school_id is None

    def sites(self) -> models.QuerySet[Site]:
        """Sites whose schools share it, whether or not they may lend from it by its rules."""
        if self.authority_id is not None:
            return Site.objects.filter(school__authority=self.authority_id)
        if self.province:
            return Site.objects.filter(province=self.province)
        return Site.objects.filter(school=self.school_id)


class PoolSiteQuerySet(models.QuerySet["PoolSite"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Those of sites that the person sees."""
        return self.filter(sites_q(scope_of(user), "site"))


class PoolSite(models.Model):
    """What a shared pool says of one site (implantation): it may lend from it, and how much."""

    pool = models.ForeignKey(LoanPool, models.CASCADE, related_name="rules")
    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    at_most = models.PositiveSmallIntegerField(_("appareils à la fois"), null=True, blank=True)
    """Null: as the pool says for everyone."""

    objects = PoolSiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("implantation d’une réserve partagée")
        verbose_name_plural = _("implantations des réserves partagées")
        ordering = ["pool", "site"]
        constraints = [
            models.UniqueConstraint(fields=["pool", "site"], name="pool_site_once"),
            models.CheckConstraint(
                name="pool_site_lends_one_at_least",
                condition=Q(at_most=None) | Q(at_most__gte=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pool} · {self.site}"


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

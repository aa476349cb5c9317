"""Which VLAN of a site each named segment is."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from byod.models.network.policies import Segment
from inventory.models import Vlan
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class SiteSegmentQuerySet(models.QuerySet["SiteSegment"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class SiteSegment(models.Model):
    """At this site « élèves » is VLAN 120. The VLAN is of the same site: a trigger."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    segment = models.CharField(_("segment"), max_length=10, choices=Segment)
    vlan = models.ForeignKey(Vlan, models.PROTECT, verbose_name="VLAN", related_name="+")

    objects = SiteSegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment d’une implantation")
        verbose_name_plural = _("segments des implantations")
        ordering = ["site", "vlan__vid"]
        constraints = [
            models.UniqueConstraint(fields=["site", "segment"], name="site_segment_once"),
            models.UniqueConstraint(fields=["site", "vlan"], name="site_segment_vlan_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_segment_display()} → {self.vlan}"

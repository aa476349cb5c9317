"""What is left of sessions once they are forgotten: how many, per site, day and segment."""

from __future__ import annotations

from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from byod.models.network.policies import Segment
from schools.models import Site, User
from schools.models.scope import scope_of, sites_q


class NetworkDayQuerySet(models.QuerySet["NetworkDay"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(sites_q(scope_of(user), "site"))


class NetworkDay(models.Model):
    """One day of one segment of a site (journée du réseau). Shown from five devices on."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="+")
    on = models.DateField(_("jour"))
    segment = models.CharField(_("segment"), max_length=10, choices=Segment, blank=True)
    sessions = models.PositiveIntegerField(_("connexions"))
    devices = models.PositiveIntegerField(_("appareils"))
    gigabytes = models.DecimalField(_("gigaoctets"), max_digits=12, decimal_places=3)

    objects = NetworkDayQuerySet.as_manager()

    class Meta:
        verbose_name = _("journée du réseau")
        verbose_name_plural = _("journées du réseau")
        ordering = ["-on", "site"]
        constraints = [
            models.UniqueConstraint(fields=["site", "on", "segment"], name="network_day_once"),
        ]

    def __str__(self) -> str:
        return f"{self.site} · {self.on}"
